#include "service/core/api_key.hpp"

#include <algorithm>

#include "service/core/crypto.hpp"

namespace vitrine::core {
namespace {

constexpr std::string_view kPrefix = "vtk_";
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kSecretLength = 43;
constexpr std::size_t kChecksumLength = 6;

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  constexpr std::uint32_t kReversedPolynomial = 0xedb88320;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ kReversedPolynomial : crc >> 1;
    }
    table[i] = crc;
  }
  return table;
}();

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : text) {
    crc = kCrcTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xff] ^ crc >> 8;
  }
  return ~crc;
}

std::string checksum_of(std::string_view text) {
  std::uint32_t crc = crc32(text);
  std::string checksum(kChecksumLength, kBase62[0]);
  for (auto digit = checksum.rbegin(); digit != checksum.rend(); ++digit) {
    *digit = kBase62[crc % kBase62.size()];
    crc /= kBase62.size();
  }
  return checksum;
}

// Long division of a big-endian number by 62; gives the remainder.
std::size_t divide(std::array<std::uint8_t, 32>& number) {
  std::size_t remainder = 0;
  for (std::uint8_t& byte : number) {
    const std::size_t part = remainder << 8 | byte;
    byte = static_cast<std::uint8_t>(part / kBase62.size());
    remainder = part % kBase62.size();
  }
  return remainder;
}

}  // namespace

std::string make_api_key(const std::array<std::uint8_t, 32>& random) {
  std::array<std::uint8_t, 32> number = random;
  std::string secret(kSecretLength, kBase62[0]);
  for (auto digit = secret.rbegin(); digit != secret.rend(); ++digit) {
    *digit = kBase62[divide(number)];
  }
  std::string key(kPrefix);
  key += secret;
  key += checksum_of(key);
  return key;
}

std::optional<Sha256> api_key_digest(std::string_view key) {
  if (key.size() != kPrefix.size() + kSecretLength + kChecksumLength || !key.starts_with(kPrefix)) {
    return std::nullopt;
  }
  const auto is_base62 = [](char c) { return kBase62.find(c) != std::string_view::npos; };
  if (!std::ranges::all_of(key.substr(kPrefix.size()), is_base62)) {
    return std::nullopt;
  }
  const std::string_view body = key.substr(0, key.size() - kChecksumLength);
  if (checksum_of(body) != key.substr(body.size())) {
    return std::nullopt;
  }
  return sha256(bytes_of(key));
}

}  // namespace vitrine::core

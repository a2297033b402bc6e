#include "service/core/uuid.hpp"

#include <algorithm>

#include "service/core/crypto.hpp"

namespace vitrine::core {
namespace {

// Where the hyphens of the 8-4-4-4-12 form stand.
constexpr bool is_hyphen_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

std::optional<std::uint8_t> hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<std::uint8_t>(c - '0');
  }
  if (c >= 'a' && c <= 'f') {
    return static_cast<std::uint8_t>(c - 'a' + 10);
  }
  return std::nullopt;
}

}  // namespace

Uuid Uuid::v7(std::int64_t unix_ms, const std::array<std::uint8_t, 10>& random) {
  Uuid uuid;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(unix_ms >> (40 - 8 * i));
  }
  std::copy(random.begin(), random.end(), uuid.bytes.begin() + 6);
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | (uuid.bytes[6] & 0x0f));
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes[8] & 0x3f));
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) {
    return std::nullopt;
  }
  Uuid uuid;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < kLength; ++i) {
    if (is_hyphen_place(i)) {
      if (text[i] != '-') {
        return std::nullopt;
      }
      continue;
    }
    const auto value = hex_value(text[i]);
    if (!value) {
      return std::nullopt;
    }
    auto& byte = uuid.bytes[nibble / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | *value);
    ++nibble;
  }
  return uuid;
}

std::string Uuid::text() const {
  std::string hex = hex_encode(bytes);
  for (const std::size_t place : {8, 13, 18, 23}) {
    hex.insert(place, 1, '-');
  }
  return hex;
}

}  // namespace vitrine::core

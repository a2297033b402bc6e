#include "service/core/ids.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kSuffixLength = 26;
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();

bool is_recording_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '~' || c == ':' || c == '-';
}

}  // namespace

std::string base32_encode(const Uuid& uuid) {
  // 130 bits for 128: two zero bits come first, so the first character is at most '7'.
  std::string text;
  text.reserve(kSuffixLength);
  unsigned pending = 0;
  int pending_bits = 2;
  for (const std::uint8_t byte : uuid.bytes) {
    pending = (pending << 8 | byte) & 0xfff;
    pending_bits += 8;
    while (pending_bits >= 5) {
      pending_bits -= 5;
      text += kAlphabet[pending >> pending_bits & 0x1f];
    }
  }
  return text;
}

std::optional<Uuid> base32_decode(std::string_view text) {
  if (text.size() != kSuffixLength || text[0] > '7') {
    return std::nullopt;
  }
  Uuid uuid;
  std::size_t filled = 0;
  unsigned pending = 0;
  int pending_bits = -2;  // the two leading zero bits are not part of the value
  for (const char c : text) {
    const std::uint8_t digit = kDigits[static_cast<std::uint8_t>(c)];
    if (digit == kNoDigit) {
      return std::nullopt;
    }
    pending = (pending << 5 | digit) & 0xfff;
    pending_bits += 5;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      uuid.bytes[filled++] = static_cast<std::uint8_t>(pending >> pending_bits);
    }
  }
  return uuid;
}

std::optional<RecordingId> RecordingId::parse(std::string_view text) {
  if (text.empty() || text.size() > 128 || !std::ranges::all_of(text, is_recording_id_character)) {
    return std::nullopt;
  }
  return RecordingId(text);
}

}  // namespace vitrine::core

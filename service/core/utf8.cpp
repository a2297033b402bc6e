#include "service/core/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace vitrine::core {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t i) {
  return static_cast<std::uint8_t>(text[i]);
}

bool is_continuation(std::uint8_t byte) { return (byte & 0xc0) == 0x80; }

// What a leading byte announces: the length, the bits it brings, and the least value that needs it.
struct Lead {
  std::size_t length;
  char32_t bits;
  char32_t least;
};

Lead lead_of(std::uint8_t byte) {
  if ((byte & 0xe0) == 0xc0) {
    return {2, byte & 0x1fU, 0x80};
  }
  if ((byte & 0xf0) == 0xe0) {
    return {3, byte & 0x0fU, 0x800};
  }
  if ((byte & 0xf8) == 0xf0) {
    return {4, byte & 0x07U, 0x10000};
  }
  return {0, 0, 0};
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  const std::uint8_t first = byte_at(text, 0);
  if (first < 0x80) {
    return CodePoint{first, 1};
  }
  const Lead lead = lead_of(first);
  if (lead.length == 0 || text.size() < lead.length) {
    return std::nullopt;
  }
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (!is_continuation(byte_at(text, i))) {
      return std::nullopt;
    }
    value = value << 6 | (byte_at(text, i) & 0x3fU);
  }
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < lead.least || surrogate || value > 0x10ffff) {
    return std::nullopt;
  }
  return CodePoint{value, lead.length};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point) {
      return false;
    }
    text.remove_prefix(point->length);
  }
  return true;
}

bool has_control(std::string_view text) {
  while (const auto point = first_code_point(text)) {
    if (is_control(point->value)) {
      return true;
    }
    text.remove_prefix(point->length);
  }
  return false;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return !is_continuation(static_cast<std::uint8_t>(c)); }));
}

}  // namespace vitrine::core

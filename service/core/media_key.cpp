#include "service/core/media_key.hpp"

#include <algorithm>

#include "service/core/utf8.hpp"

namespace vitrine::core {
namespace {

constexpr std::size_t kMaxLength = 1024;

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

bool has_only_plain_characters(std::string_view text) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point || is_control(point->value) || point->value == U'\\') {
      return false;
    }
    text.remove_prefix(point->length);
  }
  return true;
}

bool has_only_real_segments(std::string_view text) {
  while (true) {
    const auto end = std::min(text.find('/'), text.size());
    const std::string_view segment = text.substr(0, end);
    if (segment.empty() || segment == "." || segment == "..") {
      return false;
    }
    if (end == text.size()) {
      return true;
    }
    text.remove_prefix(end + 1);
  }
}

// RFC 3986 section 3.1: a letter, then letters, digits, `+`, `-`, `.`, then a colon.
bool begins_with_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_scheme = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  const auto end = std::ranges::find_if_not(text, is_scheme);
  return end != text.end() && *end == ':' && is_letter(text.front());
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A percent sign is an ordinary character of a key. But one that spells a separator, a dot, a
// control or itself would mean something else to a proxy that decodes once too often.
bool hides_a_path(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (text[i] != '%' || high < 0 || low < 0) {
      continue;
    }
    const int value = high * 16 + low;
    if (value < 0x20 || value == '.' || value == '/' || value == '\\' || value == '%') {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<MediaKey> MediaKey::parse(std::string_view text) {
  if (text.empty() || text.size() > kMaxLength || !has_only_plain_characters(text) ||
      !has_only_real_segments(text) || begins_with_scheme(text) || hides_a_path(text)) {
    return std::nullopt;
  }
  return MediaKey(text);
}

}  // namespace vitrine::core

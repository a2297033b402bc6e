#pragma once

// The character classes of RFC 9110 section 5.6.2 and RFC 9112. Bytes, never locales.
namespace vitrine::http {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr bool is_token_character(char c) {
  if (is_digit(c) || is_letter(c))
    return true;
  switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~':
      return true;
    default:
      return false;
  }
}

constexpr bool is_target_character(char c) { return c > ' ' && c < '\x7f' && c != '#'; }

// Visible ASCII, blank, tab and the bytes above ASCII.
constexpr bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

}  // namespace vitrine::http

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

// The character classes of RFC 9110 section 5.6.2 and RFC 9112. Bytes, never locales.
namespace vitrine::http {

// A template, so that the class is compiled into the loop and not called for each byte.
template <bool (*is_member)(char)>
constexpr bool consists_of(std::string_view text) {
  for (const char c : text) {
    if (!is_member(c))
      return false;
  }
  return true;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

inline constexpr auto kTokenCharacters = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 128; ++c) {
    table.at(static_cast<std::size_t>(c)) =
        is_digit(static_cast<char>(c)) || is_letter(static_cast<char>(c));
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table.at(static_cast<unsigned char>(c)) = true;
  }
  return table;
}();

constexpr bool is_token_character(char c) {
  return kTokenCharacters[static_cast<unsigned char>(c)];
}
constexpr bool is_token(std::string_view text) {
  return !text.empty() && consists_of<is_token_character>(text);
}

constexpr bool is_target_character(char c) { return c > ' ' && c < '\x7f' && c != '#'; }

// What a field's line holds: visible ASCII, blank, tab and the bytes above ASCII.
constexpr bool is_field_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= ' ' && byte != 0x7f);
}

// Eight bytes at a time, because every byte that is received or sent in a head comes through here.
// The words are only asked whether any byte is below the blank or is DEL ("Bit Twiddling Hacks",
// Anderson); a tab makes them say yes as well, so then each byte is looked at.
inline bool is_field_text(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = kOnes * 0x80;
  std::uint64_t suspicious = 0;
  std::string_view rest = text;
  for (std::uint64_t word = 0; rest.size() >= sizeof word; rest.remove_prefix(sizeof word)) {
    std::memcpy(&word, rest.data(), sizeof word);
    const std::uint64_t without_del = word ^ (kOnes * 0x7f);
    suspicious |= ((word - kOnes * ' ') & ~word) | ((without_del - kOnes) & ~without_del);
  }
  if ((suspicious & kHighBits) != 0)
    rest = text;
  return consists_of<is_field_character>(rest);
}

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Without case (RFC 9110 section 5.1).
constexpr bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return x == y || to_lower(x) == to_lower(y);
         });
}

constexpr std::string_view without_blanks_around(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace vitrine::http

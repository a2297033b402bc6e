#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace vitrine::core {

// One code point at the front of a text, and how many bytes it takes.
struct CodePoint {
  char32_t value;
  std::size_t length;
};

// Strict UTF-8 (RFC 3629): nothing for an overlong form, a surrogate, a value past U+10FFFF, a
// truncated sequence, or an empty text.
std::optional<CodePoint> first_code_point(std::string_view text);

bool is_utf8(std::string_view text);

// Whether a text of valid UTF-8 holds what is no part of a name: control characters, separators of
// lines and paragraphs, and marks that turn the direction of writing around.
bool has_control(std::string_view text);

// How many code points a text of valid UTF-8 has.
std::size_t count_code_points(std::string_view text);

}  // namespace vitrine::core

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine::media {

// RFC 3986 percent-encoding. Everything but unreserved characters is escaped, with upper-case
// digits, so that a text has exactly one encoding and no client or proxy has reason to change it.
std::string percent_encode(std::string_view text);

// The same, with `/` left as it is.
std::string percent_encode_path(std::string_view path);

// Decodes once. Nothing for an incomplete or wrong escape. A `+` is a plus.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace vitrine::media

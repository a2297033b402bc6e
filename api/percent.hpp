#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine::api {

bool is_valid_utf8(std::string_view text);

// Decodes the percent-encoding of a URL part, exactly once. Nothing when an escape is broken, or
// when the result holds a control character or is no valid UTF-8 (overlong forms are not).
std::optional<std::string> percent_decode(std::string_view text);

// Encodes everything but the unreserved characters of RFC 3986.
std::string percent_encode(std::string_view text);

}  // namespace vitrine::api

#pragma once

#include <string_view>

namespace vitrine::http {

// Whether the value of a Host field is `uri-host [":" port]` (RFC 9110 section 7.2), not empty,
// with a port of at most 65535.
bool is_valid_host(std::string_view value);

}  // namespace vitrine::http

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

// Dates of HTTP fields, to the second (RFC 9110 section 5.6.7).
std::string format_http_date(std::chrono::sys_seconds date);  // Sun, 06 Nov 1994 08:49:37 GMT

// All three forms that a recipient must read: IMF-fixdate, RFC 850 (whose two digits mean 1970 to
// 2069) and asctime. Whether the weekday is the right one is not looked at. Nothing for any other
// text.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace vitrine::core

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

// A point in time, UTC, to the microsecond that PostgreSQL keeps.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// RFC 3339 section 5.6 date-time with a mandatory zone. Digits below the millisecond are cut off.
// Nothing for a day that does not exist, a leap second, an hour 24, an offset past 23:59, a missing
// zone, or any other shape; years 1970 to 9999.
std::optional<Instant> parse_rfc3339(std::string_view text);

// `2026-11-21T05:22:57.123Z`: always UTC, always three digits.
std::string format_rfc3339(Instant instant);
void append_rfc3339(std::string& out, Instant instant);  // the same, without a string of its own

}  // namespace vitrine::core

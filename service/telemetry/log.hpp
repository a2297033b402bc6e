#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

// One JSON object per line on standard output. Writing never blocks a caller: the queue is bounded
// and the oldest line gives way, counted in `vitrine_log_lines_dropped_total`. Never pass a token,
// a passcode, an API key, a signed URL or a database URL. Thread-safe.
namespace vitrine::telemetry {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

void start_log(Level least);
void stop_log();  // writes what is queued

// `event` is a constant such as "http_request". Strings are escaped, invalid UTF-8 replaced, and
// each capped at 1 KiB.
void log(Level level, std::string_view event, std::initializer_list<Field> fields);

std::uint64_t dropped_log_lines();

}  // namespace vitrine::telemetry

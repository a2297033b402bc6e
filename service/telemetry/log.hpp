#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

// One JSON object per line on standard output: `time` (RFC 3339, UTC, milliseconds), `level`,
// `event`, then the fields in the order given. Writing never blocks a caller: the queue is bounded
// and the oldest line gives way, counted in `vitrine_log_lines_dropped_total`. Never pass a token,
// a passcode, an API key, a signed URL or a database URL. Thread-safe.
namespace vitrine::telemetry {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

// Starts the writing thread; until then, and after stop_log, lines go nowhere. Not thread-safe
// against itself or stop_log.
void start_log(Level least, int descriptor = 1);

// Writes what is queued, for at most a second when nobody reads; then ends the thread.
void stop_log();

// `event` is a constant such as "http_request". Strings are escaped, invalid UTF-8 replaced, and
// each capped at 1 KiB.
void log(Level level, std::string_view event, std::initializer_list<Field> fields);

std::uint64_t dropped_log_lines();

}  // namespace vitrine::telemetry

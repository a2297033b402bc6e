#pragma once

#include <string>
#include <string_view>

namespace vitrine::telemetry {

// Appends `text` as a JSON string with its quotes: control characters escaped, invalid UTF-8
// replaced by U+FFFD. Never throws but for memory.
void append_json_string(std::string& out, std::string_view text);

}  // namespace vitrine::telemetry

#include "service/telemetry/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vitrine::telemetry {

namespace {

bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  // Nearly every value is plain ASCII: copying it spares one document per field of each request.
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    out.append(1, '"').append(text).append(1, '"');
    return;
  }
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vitrine::telemetry

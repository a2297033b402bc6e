#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "service/telemetry/log.hpp"

namespace vitrine::telemetry {

// What a line says after its time: `"level":"info","event":"http_request",...}`. Pure.
std::string log_line(Level level, std::string_view event, std::initializer_list<Field> fields);

}  // namespace vitrine::telemetry

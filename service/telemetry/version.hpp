#pragma once

#include <string_view>

namespace vitrine::telemetry {

// The program's version, as CMake's project() has it: `0.1.0`.
std::string_view version();

}  // namespace vitrine::telemetry

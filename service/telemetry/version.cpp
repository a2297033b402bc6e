#include "service/telemetry/version.hpp"

namespace vitrine::telemetry {

std::string_view version() { return VITRINE_VERSION; }

}  // namespace vitrine::telemetry

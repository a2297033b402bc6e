#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

// What somebody watches with, as coarse as it is of use to a sender: "Firefox on Windows", "Safari
// on iOS". No version and no device, so that it tells nobody apart. Nothing when the User-Agent
// names no browser or no system that is known here.
std::optional<std::string> client_name(std::string_view user_agent);

}  // namespace vitrine::core

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

// A text that can be the name of a time zone, such as Europe/Berlin (RFC 6557 has them made by the
// IANA): at most 64 letters, digits and `_ + - /`, each step beginning with a letter. Which of them
// exist, the database knows.
std::optional<std::string> time_zone_name(std::string_view text);

}  // namespace vitrine::core

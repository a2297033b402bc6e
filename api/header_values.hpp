#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace vitrine::api {

// ASCII only, as HTTP compares names of fields, schemes and media types.
bool equals_ignoring_case(std::string_view a, std::string_view b);

std::string_view without_spaces_around(std::string_view text);

// All values of a field as one list (RFC 9110 section 5.3).
std::string joined_values(const http::Headers& headers, std::string_view name);

}  // namespace vitrine::api

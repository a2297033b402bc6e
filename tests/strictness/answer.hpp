#pragma once

#include <optional>
#include <string_view>

#include "tests/strictness/history.hpp"

namespace vitrine::strictness {

// What an answer to a resolve says about the link, by a few searches instead of a JSON parser: the
// checker must cost less than what it checks. Nothing when the answer says only "not now": a 5xx
// or a 429.
std::optional<Seen> seen_in(int status, std::string_view body);

// The session of an open link with a passcode; empty when there is none.
std::string_view session_in(std::string_view body);

}  // namespace vitrine::strictness

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine::api {

// Decodes the percent-encoding of a part of a request's URL, exactly once. Nothing when an escape
// is broken, or when the result holds a control character or is no valid UTF-8 (overlong forms are
// not).
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace vitrine::api

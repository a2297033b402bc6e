#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace vitrine::viewers {

using Json = nlohmann::json;

// A JSON object, read so that no two readers can see different things in it: nothing for what is no
// JSON object in UTF-8, has a byte order mark or a NUL byte, names a member twice anywhere, is
// nested more than 16 levels deep, or holds a number that no double can hold.
std::optional<Json> read_strict_object(std::string_view text);

}  // namespace vitrine::viewers

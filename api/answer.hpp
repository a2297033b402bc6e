#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"

// The shapes that answers have.
namespace vitrine::api {

http::Response json_answer(std::string json);                         // 200
http::Response created(std::string_view location, std::string json);  // 201 with Location
http::Response no_content();                                          // 204

// Anything that is the same for everyone and may be kept for five minutes.
http::Response public_answer(std::string_view content_type, std::string body);

}  // namespace vitrine::api

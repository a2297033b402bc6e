#pragma once

#include <string>

#include "api/http/message.hpp"

namespace vitrine::api {

// The caller's X-Request-Id when it is one of [A-Za-z0-9._-]{1,64} and given once; a new one
// otherwise.
std::string request_id(const http::Headers& headers);

}  // namespace vitrine::api

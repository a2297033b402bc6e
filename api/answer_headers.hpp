#pragma once

#include <string_view>

#include "api/cors.hpp"
#include "api/http/message.hpp"

namespace vitrine::api {

// What an answer's common headers depend on.
struct AnswerContext {
  const http::Headers& request;
  std::string_view request_id;
  bool hide_from_robots = false;
};

// Adds what every answer of the public port carries. What a handler has set itself, stays.
void add_common_headers(http::Headers& answer, const AnswerContext& context, const Cors& cors);

}  // namespace vitrine::api

#pragma once

#include <chrono>
#include <string_view>

namespace vitrine::api {

// One finished request, as the log may know it: the route's template, never the path itself, which
// can hold a signed URL.
struct ServedRequest {
  std::string_view request_id;
  std::string_view operation;  // operationId, "other" when it matched none
  std::string_view method;
  std::string_view route;  // the path template; empty when it matched none
  std::string_view workspace;
  std::string_view peer;
  int status = 0;
  std::chrono::nanoseconds took{0};
};

// Writes the one line that each request leaves behind. Never blocks.
void log_request(const ServedRequest& served);

// What nobody foresaw, for whoever is asked about the request id.
void log_unexpected(std::string_view request_id, std::string_view operation, std::string_view what);

}  // namespace vitrine::api

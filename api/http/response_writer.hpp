#pragma once

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace vitrine::http {

// How the answer travels, decided by the connection.
struct Delivery {
  bool head_only = false;  // the request was HEAD
  bool http_1_0 = false;
  bool close = false;
};

// Renders status lines and header fields. Not thread-safe: each worker has its own, with its own
// cached Date.
class ResponseWriter {
 public:
  // Appends the head of `response`, with Date, Connection, and how its body is framed: by
  // Content-Length, a stream in chunks (RFC 9112 section 7.1), which HTTP/1.0 does not know.
  void write_head(const Response& response, const Delivery& delivery, std::string& out);

 private:
  std::string_view date();

  std::time_t second_ = -1;
  std::string date_;
};

// Whether an answer of this status has a body at all (RFC 9110 section 6.4.1).
bool may_have_body(int status);

std::string_view reason_phrase(int status);

}  // namespace vitrine::http

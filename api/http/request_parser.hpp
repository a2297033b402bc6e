#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "api/http/head_scanner.hpp"
#include "api/http/message.hpp"
#include "service/core/error.hpp"

// Strict reading of one request's head (RFC 9112). Knows no sockets, so it is fuzzed alone.
namespace vitrine::http {

struct NeedMore {};

// The bytes are not a request that may be served. Whatever follows them on the connection cannot be
// trusted to be a request either, so the connection ends with the answer.
struct FramingError {
  core::ErrorCode code;
  std::string_view detail;          // static text
  std::optional<RequestHead> head;  // when it could be read
  bool head_method = false;         // the answer must have no body
};

struct ParsedHead {
  RequestHead head;  // without peer_address
  std::size_t bytes = 0;
  bool keep_alive = false;
  bool http_1_0 = false;
  bool expects_continue = false;
};

class RequestParser {
 public:
  explicit RequestParser(HeadLimits limits) : limits_(limits), scanner_(limits) {}

  // `input` is all that was received of this request, from its first byte on, and may hold more
  // than the head. Each byte is looked at once, however often this is called while it grows. After
  // ParsedHead the parser is ready for the next request.
  std::variant<NeedMore, ParsedHead, FramingError> parse(std::string_view input);

 private:
  HeadLimits limits_;
  HeadScanner scanner_;
};

}  // namespace vitrine::http

#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "service/core/error.hpp"

namespace vitrine::http {

struct HeadLimits {
  std::size_t head_bytes = 16UL * 1024;
  std::size_t fields = 64;
  std::size_t target_bytes = 8000;
};

struct HeadFault {
  core::ErrorCode code;
  std::string_view detail;
};

// Finds where a head ends while its bytes trickle in, and refuses as early as it can what no longer
// can become one: a request that will never be valid must not hold a connection until a timer ends
// it. Judges lines only by their ends and lengths; their contents are the parser's business.
class HeadScanner {
 public:
  explicit HeadScanner(HeadLimits limits) : limits_(limits) {}

  // `input` grows from call to call. True when the head is complete: then skipped() and end() say
  // where it lies.
  bool scan(std::string_view input);
  const std::optional<HeadFault>& fault() const noexcept { return fault_; }

  std::size_t skipped() const noexcept { return skipped_; }  // one empty line before the request
  std::size_t end() const noexcept { return position_; }     // after the empty line
  void reset();

 private:
  bool end_line(std::string_view line);  // without its CRLF; true for the one that ends the head
  void check_unfinished(std::string_view line);
  bool refuse(core::ErrorCode code, std::string_view detail);

  HeadLimits limits_;
  std::size_t position_ = 0;  // where the line begins that is being received
  std::size_t searched_ = 0;  // no LF before this
  std::size_t skipped_ = 0;
  std::size_t lines_ = 0;
  std::optional<HeadFault> fault_;
};

}  // namespace vitrine::http

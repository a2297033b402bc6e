#include "api/http/head_scanner.hpp"

#include "api/http/characters.hpp"

namespace vitrine::http {
namespace {

// "DELETE" and a blank: no method that is known here is longer.
constexpr std::size_t kLongestMethod = 32;

}  // namespace

bool HeadScanner::scan(std::string_view input) {
  while (!fault_) {
    const std::size_t line_feed = input.find('\n', searched_);
    if (line_feed == std::string_view::npos) {
      searched_ = input.size();
      // Judged as the complete line will be: without the CR that may begin its end.
      const std::string_view begun = input.substr(position_);
      check_unfinished(begun.substr(0, begun.size() - (begun.ends_with('\r') ? 1 : 0)));
      return false;
    }
    if (line_feed == position_ || input[line_feed - 1] != '\r') {
      return refuse(core::ErrorCode::malformed_request, "A line ends without CR LF.");
    }
    const std::string_view line = input.substr(position_, line_feed - 1 - position_);
    if (line.find('\r') != std::string_view::npos) {
      return refuse(core::ErrorCode::malformed_request, "A line holds a carriage return.");
    }
    check_unfinished(line);
    position_ = searched_ = line_feed + 1;
    if (end_line(line))
      return !fault_;
  }
  return false;
}

bool HeadScanner::end_line(std::string_view line) {
  if (fault_)
    return true;
  if (line.empty() && lines_ == 0) {
    // RFC 9112 section 2.2: one empty line before a request is forgiven.
    if (skipped_ != 0) {
      refuse(core::ErrorCode::malformed_request, "Empty lines stand before the request.");
      return true;
    }
    skipped_ = position_;
    return false;
  }
  if (line.empty())
    return true;
  ++lines_;
  if (lines_ > limits_.fields + 1) {
    refuse(core::ErrorCode::headers_too_large, "The request has too many header fields.");
    return true;
  }
  return false;
}

void HeadScanner::check_unfinished(std::string_view line) {
  if (lines_ == 0 && !line.empty()) {
    if (!is_token_character(line.front())) {
      refuse(core::ErrorCode::malformed_request, "The request does not begin with a method.");
      return;
    }
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos ? line.size() > kLongestMethod : blank > kLongestMethod) {
      refuse(core::ErrorCode::malformed_request, "The request line has no method.");
      return;
    }
    constexpr std::size_t kVersion = sizeof(" HTTP/1.1") - 1;
    if (blank != std::string_view::npos &&
        line.size() - blank - 1 > limits_.target_bytes + kVersion) {
      refuse(core::ErrorCode::uri_too_long, "The request target is too long.");
      return;
    }
  }
  if (position_ - skipped_ + line.size() > limits_.head_bytes) {
    refuse(core::ErrorCode::headers_too_large, "The request head is too large.");
  }
}

bool HeadScanner::refuse(core::ErrorCode code, std::string_view detail) {
  if (!fault_)
    fault_ = HeadFault{code, detail};
  return false;
}

void HeadScanner::reset() {
  position_ = searched_ = skipped_ = lines_ = 0;
  fault_.reset();
}

}  // namespace vitrine::http

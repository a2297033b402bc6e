#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vitrine::http {

// Bytes on their way out, in order, across partial writes.
class Outbox {
 public:
  enum class Flush { done, blocked, broken };

  // Only when empty(). `head` is borrowed until the next flush(), which keeps what it cannot send.
  void put(std::string_view head, std::string body = {});
  bool empty() const noexcept { return sent_ == head_.size() + body_.size(); }

  // Writes what the socket takes, without blocking and without SIGPIPE. `progress` is set when any
  // byte went out.
  Flush flush(int fd, bool& progress);
  void clear();

 private:
  void keep();

  std::string_view head_;  // within the lender's memory, or all of `kept_`
  std::string kept_;
  std::string body_;
  std::size_t sent_ = 0;
};

}  // namespace vitrine::http

#include "api/http/inbox.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace vitrine::http {

void Inbox::consume(std::size_t count) {
  if (!borrowed_.empty()) {
    borrowed_.remove_prefix(count);
    return;
  }
  begin_ += count;
  if (begin_ == kept_.size())
    clear();
}

Inbox::Fill Inbox::fill(int fd, std::span<char> buffer, bool& drained) {
  keep();
  ssize_t count = 0;
  do {
    count = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    drained = true;
    return errno == EAGAIN || errno == EWOULDBLOCK ? Fill::nothing : Fill::broken;
  }
  if (count == 0)
    return Fill::finished;
  const auto size = static_cast<std::size_t>(count);
  drained = size < buffer.size();
  if (kept_.empty()) {
    borrowed_ = std::string_view(buffer.data(), size);
  } else {
    kept_.erase(0, std::exchange(begin_, 0));
    kept_.append(buffer.data(), size);
  }
  return Fill::got;
}

void Inbox::keep() {
  if (borrowed_.empty())
    return;
  kept_.assign(borrowed_);
  begin_ = 0;
  borrowed_ = {};
}

void Inbox::clear() {
  borrowed_ = {};
  begin_ = 0;
  // Gives the memory back: an idle connection should cost next to nothing.
  kept_ = std::string();
}

}  // namespace vitrine::http

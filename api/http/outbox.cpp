#include "api/http/outbox.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>

namespace vitrine::http {

void Outbox::put(std::string head, std::string body) {
  head_ = std::move(head);
  body_ = std::move(body);
  sent_ = 0;
}

Outbox::Flush Outbox::flush(int fd, bool& progress) {
  while (!empty()) {
    std::array<iovec, 2> parts{};
    std::size_t count = 0;
    if (sent_ < head_.size())
      parts[count++] = {head_.data() + sent_, head_.size() - sent_};
    const std::size_t body_sent = sent_ < head_.size() ? 0 : sent_ - head_.size();
    if (body_sent < body_.size()) {
      parts[count++] = {body_.data() + body_sent, body_.size() - body_sent};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const ssize_t written = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written > 0) {
      sent_ += static_cast<std::size_t>(written);
      progress = true;
      continue;
    }
    if (written < 0 && errno == EINTR)
      continue;
    return written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? Flush::blocked
                                                                    : Flush::broken;
  }
  clear();
  return Flush::done;
}

void Outbox::clear() {
  head_ = std::string();
  body_ = std::string();
  sent_ = 0;
}

}  // namespace vitrine::http

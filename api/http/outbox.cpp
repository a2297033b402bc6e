#include "api/http/outbox.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace vitrine::http {
namespace {

constexpr int kFlags = MSG_NOSIGNAL | MSG_DONTWAIT;

// One call to the system; the simpler one where there is only one piece.
ssize_t send_some(int fd, std::string_view head, std::string& body, std::size_t sent) {
  if (sent >= head.size())
    return ::send(fd, body.data() + (sent - head.size()), head.size() + body.size() - sent, kFlags);
  head.remove_prefix(sent);
  if (body.empty())
    return ::send(fd, head.data(), head.size(), kFlags);
  std::array<iovec, 2> parts{
      {{const_cast<char*>(head.data()), head.size()}, {body.data(), body.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  return ::sendmsg(fd, &message, kFlags);
}

}  // namespace

void Outbox::put(std::string_view head, std::string body) {
  head_ = head;
  body_ = std::move(body);
  sent_ = 0;
}

Outbox::Flush Outbox::flush(int fd, bool& progress) {
  while (!empty()) {
    const ssize_t written = send_some(fd, head_, body_, sent_);
    if (written > 0) {
      sent_ += static_cast<std::size_t>(written);
      progress = true;
      continue;
    }
    if (written < 0 && errno == EINTR)
      continue;
    if (written == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
      return Flush::broken;
    keep();
    return Flush::blocked;
  }
  clear();
  return Flush::done;
}

void Outbox::keep() {
  if (head_.data() == kept_.data())
    return;
  const std::size_t gone = std::min(sent_, head_.size());
  kept_.assign(head_.substr(gone));
  head_ = kept_;
  sent_ -= gone;
}

void Outbox::clear() {
  head_ = {};
  kept_ = std::string();
  body_ = std::string();
  sent_ = 0;
}

}  // namespace vitrine::http

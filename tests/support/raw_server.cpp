#include "tests/support/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace vitrine::test {
namespace {

constexpr int kPatience_ms = 10'000;

bool readable_within(int socket, int ms) {
  pollfd watched{socket, POLLIN, 0};
  return poll(&watched, 1, ms) == 1;
}

// The length that the head of a request tells of its body.
std::size_t told_length(const std::string& request) {
  const auto place = request.find("Content-Length: ");
  return place == std::string::npos ? 0 : std::stoul(request.substr(place + 16));
}

}  // namespace

bool RawServer::Peer::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawServer::Peer::wait_for_hangup(int at_most_ms) const {
  std::array<char, 256> ignored{};
  return readable_within(socket_, at_most_ms) &&
         ::recv(socket_, ignored.data(), ignored.size(), 0) <= 0;
}

RawServer::RawServer(Answer answer)
    : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, length) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, generic, &length) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

RawServer::~RawServer() {
  shutdown(listener_, SHUT_RDWR);  // wakes accept
  thread_.join();
  close(listener_);
}

std::vector<std::string> RawServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RawServer::serve() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      return;
    }
    ++connections_;
    exchange(socket);
    close(socket);
  }
}

void RawServer::exchange(int socket) {
  std::string request;
  std::array<char, 4096> buffer{};
  for (std::size_t whole = std::string::npos; request.size() < whole;) {
    const ssize_t got =
        readable_within(socket, kPatience_ms) ? recv(socket, buffer.data(), buffer.size(), 0) : 0;
    if (got <= 0) {
      return;
    }
    request.append(buffer.data(), static_cast<std::size_t>(got));
    const auto head = request.find("\r\n\r\n");
    whole = head == std::string::npos ? head : head + 4 + told_length(request);
  }
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  answer_(Peer(socket));
}

}  // namespace vitrine::test

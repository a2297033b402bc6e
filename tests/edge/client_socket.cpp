#include "tests/edge/client_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace vitrine::edge_test {

std::string Answer::header(std::string_view name) const {
  std::size_t at = head.find("\r\n");
  while (at != std::string::npos && at + 2 < head.size()) {
    const char* line = head.data() + at + 2;
    at = head.find("\r\n", at + 2);
    const auto end = at == std::string::npos ? head.data() + head.size() : head.data() + at;
    if (end - line > static_cast<std::ptrdiff_t>(name.size() + 1) && line[name.size()] == ':' &&
        ::strncasecmp(line, name.data(), name.size()) == 0) {
      const char* value = line + name.size() + 1;
      while (value < end && *value == ' ') ++value;
      return {value, end};
    }
  }
  return {};
}

ClientSocket::ClientSocket(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const std::error_code why(errno, std::generic_category());
    ::close(fd_);
    throw std::system_error(why, "connect");
  }
  const int one = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

ClientSocket::~ClientSocket() { ::close(fd_); }

bool ClientSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool ClientSocket::readable(std::chrono::milliseconds within) const {
  pollfd poll_fd{fd_, POLLIN, 0};
  return ::poll(&poll_fd, 1, static_cast<int>(within.count())) > 0;
}

bool ClientSocket::fill(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0 || !readable(left))
    return false;
  char bytes[16384];
  const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
  if (count <= 0)
    return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::optional<Answer> ClientSocket::receive(std::chrono::milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(deadline))
      return std::nullopt;
  }
  Answer answer;
  answer.head = buffer_.substr(0, end + 2);
  answer.status = std::atoi(answer.head.c_str() + sizeof("HTTP/1.1"));
  const auto length = static_cast<std::size_t>(std::atoll(answer.header("Content-Length").c_str()));
  while (buffer_.size() < end + 4 + length) {
    if (!fill(deadline))
      return std::nullopt;
  }
  answer.body = buffer_.substr(end + 4, length);
  buffer_.erase(0, end + 4 + length);
  return answer;
}

void ClientSocket::reset_on_close() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::string RequestForm::text(std::string_view id) const {
  std::string out = method + ' ' + target;
  if (unique_target)
    out += id;
  out += " HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ";
  out += id;
  out += "\r\n";
  for (const std::string& header : headers) out += header + "\r\n";
  if (!body.empty())
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return out + "\r\n" + body;
}

bool read_arguments(int argc, char** argv, RequestForm& form,
                    bool (*other)(std::string_view name, const char* value)) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--method") {
      form.method = value;
    } else if (name == "--target") {
      form.target = value;
    } else if (name == "--unique-target") {
      form.unique_target = std::atoi(value) != 0;
    } else if (name == "--body") {
      form.body = value;
    } else if (name == "--header") {
      form.headers.emplace_back(value);
    } else if (!other(name, value)) {
      std::fprintf(stderr, "unknown argument %s\n", argv[i]);
      return false;
    }
  }
  return true;
}

}  // namespace vitrine::edge_test

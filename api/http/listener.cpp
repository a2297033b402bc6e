#include "api/http/listener.hpp"

#include <fcntl.h>
#include <pistache/net.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

#include "api/http/descriptor_limit.hpp"
#include "api/http/transport.hpp"

namespace vitrine::http {
namespace {

using Pistache::Tcp::Options;

Pistache::Address listen_address(const ServerOptions& options) {
  const bool bare_ipv6 = options.host.find(':') != std::string::npos && options.host.front() != '[';
  return {bare_ipv6 ? '[' + options.host + ']' : options.host, Pistache::Port(options.port)};
}

std::set<int> listening_sockets() {
  std::set<int> found;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    int listening = 0;
    socklen_t size = sizeof listening;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening == 1) {
      found.insert(fd);
    }
  }
  return found;
}

}  // namespace

Listener::~Listener() {
  if (listening_fd_ >= 0)
    listener_.shutdown();
}

void Listener::bind() {
  // Pistache does not tell its descriptor, and stop_accepting() needs it. One bind at a time, so
  // that what is new belongs to this listener.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const auto before = listening_sockets();
  listener_.bind(listen_address(edge_.options));
  for (const int fd : listening_sockets()) {
    if (!before.contains(fd))
      listening_fd_ = fd;
  }
}

void Listener::start() {
  const ServerOptions& options = edge_.options;
  listener_.init(
      static_cast<std::size_t>(options.threads),
      Pistache::Flags<Options>(Options::ReuseAddr) | Options::NoDelay | Options::CloseOnExec,
      "http", options.backlog);
  listener_.setTransportFactory([this] { return std::make_shared<Transport>(edge_); });
  try {
    bind();
  } catch (const std::exception& error) {
    throw std::runtime_error("Cannot listen on " + options.host + ':' +
                             std::to_string(options.port) + ": " + error.what() + '.');
  }
  port_ = static_cast<std::uint16_t>(listener_.getPort());
  // After the bind, so that the workers' own descriptors are counted.
  edge_.connection_limit = connections_within_descriptor_limit(options.max_connections);
  listener_.runThreaded();
}

void Listener::stop_accepting() {
  if (listening_fd_ < 0)
    return;
  // Puts a socket that listens to nothing in the place of the one that does, which closes that one
  // and takes it out of the accept thread's epoll; should the thread be on its way to accept, it
  // gets an error it survives. Pistache can only stop accepting together with its workers.
  const int placeholder = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (placeholder < 0)
    return;
  ::dup3(placeholder, listening_fd_, O_CLOEXEC);
  ::close(placeholder);
}

}  // namespace vitrine::http

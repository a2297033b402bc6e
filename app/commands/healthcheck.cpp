#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/descriptor.hpp"
#include "app/operator_error.hpp"

namespace vitrine::app {

namespace {

constexpr timeval kPatience{2, 0};
constexpr std::size_t kStatusLineBytes = 12;  // "HTTP/1.1 200"

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

// A service that listens on every address is asked on the loopback one.
std::string host_to_ask(const std::string& host) {
  if (host == "0.0.0.0")
    return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

[[noreturn]] void fail(const Endpoint& admin, std::string_view what) {
  throw OperatorError("not ready: http://" + to_text(admin) + "/readyz " + std::string(what));
}

int connect_to(const Endpoint& admin) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(admin.port);
  if (::getaddrinfo(host_to_ask(admin.host).c_str(), port.c_str(), &hints, &found) != 0) {
    fail(admin, "has an unknown host");
  }
  const Addresses addresses(found, &::freeaddrinfo);
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    const int fd = ::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
      continue;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    if (::connect(fd, each->ai_addr, each->ai_addrlen) == 0)
      return fd;
    ::close(fd);
  }
  fail(admin, "takes no connection");
}

std::string ask(const Endpoint& admin) {
  const Descriptor connection(connect_to(admin));
  const std::string request =
      "GET /readyz HTTP/1.1\r\nHost: " + to_text(admin) + "\r\nConnection: close\r\n\r\n";
  if (::send(connection.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    fail(admin, "closed the connection");
  }
  std::string answer;
  char piece[1024];
  for (;;) {
    const ssize_t got = ::recv(connection.get(), piece, sizeof piece, 0);
    if (got <= 0)
      break;
    answer.append(piece, static_cast<std::size_t>(got));
  }
  if (answer.size() < kStatusLineBytes)
    fail(admin, "does not answer");
  return answer;
}

int check_health(const Console& console) {
  const Config config = read_config(console.environment, {"VITRINE_ADMIN_LISTEN"});
  const std::string answer = ask(config.admin_listen);
  if (!answer.starts_with("HTTP/1.1 200")) {
    fail(config.admin_listen, "answers " + answer.substr(9, 3));
  }
  console.out << "ready\n";
  return 0;
}

}  // namespace

void add_healthcheck(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const command = program.add_subcommand(
      "healthcheck", "Exit with 0 when the service on this machine is ready, else with 1");
  command->callback([&console, &chosen] { chosen = [&console] { return check_health(console); }; });
}

}  // namespace vitrine::app

// A server on the edge alone. Prints "port N", serves until SIGTERM, then drains and says how it
// went. Arguments: --name=number, as in kSettings.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/http/server.hpp"
#include "tests/edge/edge_application.hpp"

namespace {

using vitrine::http::ServerOptions;

struct Settings {
  ServerOptions server;
  std::chrono::milliseconds drain{5000};
};

bool apply(Settings& settings, std::string_view name, long value) {
  ServerOptions& server = settings.server;
  const std::chrono::milliseconds time(value);
  if (name == "port") {
    server.port = static_cast<std::uint16_t>(value);
  } else if (name == "threads") {
    server.threads = static_cast<int>(value);
  } else if (name == "max-connections") {
    server.max_connections = static_cast<std::size_t>(value);
  } else if (name == "max-body-bytes") {
    server.max_body_bytes = static_cast<std::uint64_t>(value);
  } else if (name == "head-ms") {
    server.head_timeout = time;
  } else if (name == "body-ms") {
    server.body_progress_timeout = time;
  } else if (name == "idle-ms") {
    server.idle_timeout = time;
  } else if (name == "slow-reader-ms") {
    server.slow_reader_timeout = time;
  } else if (name == "drain-ms") {
    settings.drain = time;
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto equals = argument.find('=');
    if (!argument.starts_with("--") || equals == std::string::npos ||
        !apply(settings, argument.substr(2, equals - 2), std::atol(&argument[equals + 1]))) {
      std::fprintf(stderr, "unknown argument %s\n", argument.c_str());
      return 2;
    }
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  vitrine::edge_test::EdgeApplication application;
  vitrine::http::Server server(settings.server, application);
  application.watch(server);
  try {
    server.start();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::printf("port %d\n", server.port());
  std::fflush(stdout);

  int signal = 0;
  sigwait(&signals, &signal);
  const bool drained = server.drain(settings.drain);
  std::printf("drained %s\n", drained ? "yes" : "no");
  std::fflush(stdout);
  server.stop();
  return 0;
}

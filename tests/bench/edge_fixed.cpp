// Our edge with the fixed answer. Arguments: port, threads. Serves until SIGTERM.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "api/http/server.hpp"
#include "tests/bench/fixed_answer.hpp"

namespace {

using vitrine::http::Response;

class FixedApplication final : public vitrine::http::Application {
 public:
  FixedApplication() {
    fields_.add("Content-Type", "application/json");
    for (const auto& [name, value] : vitrine::bench::kFields) {
      fields_.add(name, value);
    }
  }

  Admission admit(const vitrine::http::RequestHead&) override { return {}; }

  void handle(vitrine::http::Request, vitrine::http::Reply reply) override {
    Response response;
    response.headers = fields_;
    response.body = body_;
    std::move(reply).complete(std::move(response));
  }

  Response refuse(vitrine::core::ErrorCode, std::string_view detail,
                  const vitrine::http::RequestHead*) override {
    Response response;
    response.status = 400;
    response.body = detail;
    return response;
  }

 private:
  vitrine::http::Headers fields_;
  const std::string body_ = std::string(vitrine::bench::kBodyBytes, vitrine::bench::kBodyByte);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  FixedApplication application;
  vitrine::http::ServerOptions options;
  options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
  options.threads = std::atoi(argv[2]);
  vitrine::http::Server server(options, application);
  try {
    server.start();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  return 0;
}

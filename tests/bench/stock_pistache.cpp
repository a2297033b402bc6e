// Pistache as it comes, with the fixed answer: its own endpoint, parser and writer. Arguments:
// port, threads. Serves until SIGTERM.
#include <pistache/endpoint.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>

#include "tests/bench/fixed_answer.hpp"

namespace {

using Pistache::Tcp::Options;

class FixedHandler final : public Pistache::Http::Handler {
 public:
  HTTP_PROTOTYPE(FixedHandler)

  void onRequest(const Pistache::Http::Request&, Pistache::Http::ResponseWriter writer) override {
    for (const auto& [name, value] : vitrine::bench::kFields) {
      writer.headers().addRaw(Pistache::Http::Header::Raw(std::string(name), std::string(value)));
    }
    writer.send(Pistache::Http::Code::Ok,
                std::string(vitrine::bench::kBodyBytes, vitrine::bench::kBodyByte),
                MIME(Application, Json));
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const Pistache::Port port(static_cast<std::uint16_t>(std::atoi(argv[1])));
  Pistache::Http::Endpoint endpoint(Pistache::Address(Pistache::IP::loopback(), port));
  endpoint.init(Pistache::Http::Endpoint::options()
                    .threads(std::atoi(argv[2]))
                    .flags(Pistache::Flags<Options>(Options::ReuseAddr) | Options::NoDelay));
  endpoint.setHandler(std::make_shared<FixedHandler>());
  endpoint.serveThreaded();
  int signal = 0;
  sigwait(&signals, &signal);
  endpoint.shutdown();
  return 0;
}

// Pistache as it comes, with the fixed answer: its own endpoint, parser and writer. Arguments:
// port, threads. Serves until SIGTERM.
#include <pistache/endpoint.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "tests/bench/fixed_answer.hpp"

namespace {

using Pistache::Tcp::Options;

// Raw header fields of an answer are not written by this version of Pistache; typed ones are.
class Field final : public Pistache::Http::Header::Header {
 public:
  Field(std::string name, std::string value) : name_(std::move(name)), value_(std::move(value)) {}
  const char* name() const override { return name_.c_str(); }
  void write(std::ostream& out) const override { out << value_; }
#ifdef SAFE_HEADER_CAST
  std::uint64_t hash() const override { return 0; }
#endif

 private:
  std::string name_;
  std::string value_;
};

// Echoes X-Request-Id, so that the edge's suite can show that its churn client sees the answers
// that this server gives to the wrong clients.
class FixedHandler final : public Pistache::Http::Handler {
 public:
  HTTP_PROTOTYPE(FixedHandler)

  void onRequest(const Pistache::Http::Request& request,
                 Pistache::Http::ResponseWriter writer) override {
    const auto id = request.headers().tryGetRaw("X-Request-Id");
    if (id)
      writer.headers().add(std::make_shared<Field>("X-Request-Id", id->value()));
    for (const auto& [name, value] : vitrine::bench::kFields) {
      if (id && name == "X-Request-Id")
        continue;
      writer.headers().add(std::make_shared<Field>(std::string(name), std::string(value)));
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
  // Its shutdown hangs now and then.
  std::_Exit(0);
}

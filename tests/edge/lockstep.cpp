// Looks for answers that get stuck inside the server until something else wakes it: a few
// connections each send one request, all wait for all answers, and the next round begins. A stall
// is an answer that takes longer than --stall-ms. Ends with 0 only when there was none.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/edge/client_socket.hpp"

namespace {

using vitrine::edge_test::ClientSocket;
using vitrine::edge_test::RequestForm;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 20s;

struct {
  int port = 0;
  long rounds = 200'000;
  int connections = 4;
  int status = 200;
  std::chrono::milliseconds stall{1000};
} settings;

bool setting(std::string_view name, const char* value) {
  if (name == "--port") {
    settings.port = std::atoi(value);
  } else if (name == "--rounds") {
    settings.rounds = std::atol(value);
  } else if (name == "--connections") {
    settings.connections = std::atoi(value);
  } else if (name == "--status") {
    settings.status = std::atoi(value);
  } else if (name == "--stall-ms") {
    settings.stall = std::chrono::milliseconds(std::atol(value));
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  RequestForm form;
  if (!vitrine::edge_test::read_arguments(argc, argv, form, setting))
    return 2;
  std::vector<std::unique_ptr<ClientSocket>> sockets;
  sockets.reserve(static_cast<std::size_t>(settings.connections));
  for (int i = 0; i < settings.connections; ++i) {
    sockets.push_back(std::make_unique<ClientSocket>(settings.port));
  }
  long stalls = 0;
  long wrong = 0;
  Clock::duration slowest{};
  const auto start = Clock::now();
  for (long round = 0; round < settings.rounds && wrong == 0; ++round) {
    const std::string id = "round-" + std::to_string(round);
    const std::string request = form.text(id);
    const auto sent = Clock::now();
    for (const auto& socket : sockets) socket->send(request);
    for (const auto& socket : sockets) {
      const auto answer = socket->receive(kPatience);
      const auto took = Clock::now() - sent;
      slowest = std::max(slowest, took);
      if (took > settings.stall)
        ++stalls;
      if (!answer || answer->status != settings.status || answer->header("X-Request-Id") != id) {
        ++wrong;
        std::printf("a wrong answer in round %ld: %s\n", round,
                    answer ? answer->head.c_str() : "none");
        break;
      }
    }
  }
  const std::chrono::duration<double> took = Clock::now() - start;
  const std::chrono::duration<double, std::milli> worst = slowest;
  std::printf(
      "{\"rounds\": %ld, \"connections\": %d, \"stalls\": %ld, \"wrong\": %ld, "
      "\"slowest_ms\": %.1f, \"seconds\": %.2f}\n",
      settings.rounds, settings.connections, stalls, wrong, worst.count(), took.count());
  return stalls + wrong == 0 ? 0 : 1;
}

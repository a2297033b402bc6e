#include "api/http/server.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "api/http/edge_state.hpp"
#include "api/http/listener.hpp"

namespace vitrine::http {
namespace {

using std::chrono::steady_clock;

// What was accepted just before is on its way from the accept thread to its worker.
constexpr std::chrono::milliseconds kHandOver{50};
constexpr std::chrono::milliseconds kPoll{5};

}  // namespace

struct Server::State {
  State(ServerOptions options, Application& application) : edge(std::move(options), application) {}

  EdgeState edge;
  std::unique_ptr<Listener> listener;
  std::uint16_t port = 0;
};

Server::Server(ServerOptions options, Application& application)
    : state_(std::make_unique<State>(std::move(options), application)) {}

Server::~Server() { stop(); }

void Server::start() {
  auto listener = std::make_unique<Listener>(state_->edge);
  listener->start();
  state_->port = listener->port();
  state_->listener = std::move(listener);
}

std::uint16_t Server::port() const { return state_->port; }

bool Server::drain(std::chrono::milliseconds deadline) {
  if (!state_->listener)
    return true;
  const auto end = steady_clock::now() + deadline;
  EdgeState& edge = state_->edge;
  state_->listener->stop_accepting();
  std::this_thread::sleep_for(std::min(kHandOver, deadline));
  edge.draining = true;
  {
    const std::lock_guard lock(edge.mutex);
    for (const WorkerLink& worker : edge.workers) worker.completions->wake();
  }
  while (edge.connections > 0 && steady_clock::now() < end) std::this_thread::sleep_for(kPoll);
  return edge.in_flight() == 0;
}

void Server::stop() { state_->listener.reset(); }

Server::Stats Server::stats() const {
  EdgeState& edge = state_->edge;
  return {edge.connections,    edge.connection_limit, edge.in_flight(),
          edge.accepted_total, edge.refused_total,    edge.timed_out_total};
}

}  // namespace vitrine::http

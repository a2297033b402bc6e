#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "api/http/completion_queue.hpp"
#include "api/http/server.hpp"

namespace vitrine::http {

// What all workers of one server share. The counters are written by the workers and read by any
// thread.
struct EdgeState {
  EdgeState(ServerOptions o, Application& a) : options(std::move(o)), application(a) {}

  const ServerOptions options;
  Application& application;
  const std::shared_ptr<BodyBudget> body_budget =
      std::make_shared<BodyBudget>(options.max_body_bytes);
  std::size_t connection_limit = 0;  // set before the workers start

  std::atomic<bool> draining{false};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> in_flight{0};
  std::atomic<std::uint64_t> accepted_total{0};
  std::atomic<std::uint64_t> refused_total{0};
  std::atomic<std::uint64_t> timed_out_total{0};

  std::mutex mutex;
  std::vector<std::shared_ptr<CompletionQueue>> workers;  // protected by mutex
};

}  // namespace vitrine::http

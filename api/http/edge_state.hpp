#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

#include "api/http/completion_queue.hpp"
#include "api/http/server.hpp"

namespace vitrine::http {

// A number that one thread changes and every thread may read.
class alignas(64) Tally {
 public:
  void increase() noexcept { set(read() + 1); }
  void decrease() noexcept { set(read() - 1); }
  std::size_t read() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  void set(std::size_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

  std::atomic<std::size_t> value_{0};
};

// What other threads may touch of a worker.
struct WorkerLink {
  std::shared_ptr<CompletionQueue> completions;
  std::shared_ptr<const Tally> in_flight;
};

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
  std::atomic<std::uint64_t> accepted_total{0};
  std::atomic<std::uint64_t> refused_total{0};
  std::atomic<std::uint64_t> timed_out_total{0};

  std::mutex mutex;
  std::vector<WorkerLink> workers;  // protected by mutex

  std::size_t in_flight() {
    const std::lock_guard lock(mutex);
    return std::accumulate(
        workers.begin(), workers.end(), std::size_t{0},
        [](std::size_t sum, const WorkerLink& worker) { return sum + worker.in_flight->read(); });
  }
};

}  // namespace vitrine::http

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "service/store/pool.hpp"

namespace vitrine::jobs {

// Moves events that have just happened into the feed, and on their way to webhooks. Any number of
// publishers may run at once, in any number of processes: they take turns. One thread at a time.
class Publisher {
 public:
  explicit Publisher(store::Pool& pool) : pool_(pool) {}

  // True when there may be more.
  bool publish();

  struct Stats {
    std::uint64_t events_total, deliveries_total;
  };
  Stats stats() const { return {events_, deliveries_}; }

 private:
  store::Pool& pool_;
  std::int64_t behind_ = 0;  // of a mountain: the entry that the last batch came to
  std::chrono::steady_clock::time_point began_anew_at_;
  std::atomic<std::uint64_t> events_ = 0, deliveries_ = 0;
};

}  // namespace vitrine::jobs

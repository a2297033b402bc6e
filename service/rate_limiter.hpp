#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

namespace vitrine {

// So many units in so long a time.
struct RateLimit {
  std::int64_t units;  // at least 1
  std::chrono::seconds window;
};

// A token bucket for each of many keys: it starts full, a unit is taken from it at a time, and it
// fills up evenly within the window. Counts in this process alone, so several replicas together
// allow as many times more. Never blocks for long; thread-safe.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  struct Quota {
    bool granted;            // the unit was taken
    std::int64_t remaining;  // how many more can be taken at once
    // Rounded up to whole seconds:
    std::chrono::seconds next_in;  // until one can be taken; 0 when one can be now
    std::chrono::seconds full_in;  // until the bucket is full
  };

  // At most so many keys are remembered. Past that, the one whose bucket is the fullest is
  // forgotten, as if it had filled up: whoever took most is remembered longest.
  explicit RateLimiter(RateLimit limit, std::size_t max_keys = 1 << 16,
                       std::function<Clock::time_point()> now = Clock::now);

  // Takes a unit, or says when there will be one.
  Quota take(const std::string& key);

  // Undoes a take: for what is known only afterwards not to count.
  void give_back(const std::string& key);

  // How many keys are remembered; those whose bucket is full are not.
  std::size_t keys() const;

 private:
  // A bucket is but the time at which it will be full: every unit that is missing puts that off by
  // `interval_`. This is the Generic Cell Rate Algorithm. In the order of that time, for
  // forgetting.
  using Order = std::multimap<Clock::time_point, const std::string*>;
  using Buckets = std::unordered_map<std::string, Order::iterator>;

  void forget_full(Clock::time_point now);
  void remember(const std::string& key, Buckets::iterator bucket, Clock::time_point full_at);

  const std::chrono::nanoseconds interval_;  // in which one unit comes back
  const std::chrono::nanoseconds span_;      // in which all of them do
  const std::size_t max_keys_;
  const std::function<Clock::time_point()> now_;
  mutable std::mutex mutex_;
  Order order_;      // of the keys in buckets_
  Buckets buckets_;  // those that are not full
};

}  // namespace vitrine

#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace vitrine::core {

// When an endpoint that did not take a webhook is asked again: the example schedule of Standard
// Webhooks 1.0, which spans three days.
class RetrySchedule {
 public:
  using Delays = std::vector<std::chrono::seconds>;

  // One delay before each attempt; the first is usually 0. Throws std::invalid_argument for none.
  explicit RetrySchedule(Delays delays = standard());
  static Delays standard();

  struct Failure {
    int attempts = 1;         // made so far, this one included
    bool overloaded = false;  // no answer in time, or one that says "later": at least a minute
    std::optional<std::chrono::seconds> retry_after = {};  // what the receiver asked for
  };

  // How long to wait for the next attempt; nothing when that was the last. `chance` from 0 to 1
  // moves the schedule's own delay by up to a fifth to either side, so that what failed together
  // does not come again together. The receiver's wish counts up to a day.
  std::optional<std::chrono::milliseconds> next(const Failure& failure, double chance) const;

  const Delays& delays() const { return delays_; }

 private:
  Delays delays_;
};

// The field Retry-After (RFC 9110 section 10.2.3): seconds, or a date, which is measured from
// `now`. Nothing for anything else. Never negative; what is longer than a day is a day.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text,
                                                      std::chrono::sys_seconds now);

}  // namespace vitrine::core

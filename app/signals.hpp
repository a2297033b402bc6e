#pragma once

#include <chrono>
#include <csignal>
#include <optional>

namespace vitrine::app {

// The signals that end or concern the process, taken in one place: threads started after this one
// was made inherit that they are blocked, so that only the main thread meets them. Make it before
// any thread, use it on the main thread.
class Signals {
 public:
  Signals();

  // The next SIGTERM, SIGINT or SIGHUP; nothing when none came in time.
  std::optional<int> wait(std::chrono::milliseconds patience) const;
  int wait() const;

  // From now on SIGTERM and SIGINT end the process at once, and so does the deadline: with exit
  // code 1 and a sentence on standard error, whatever hangs.
  void end_at_once_after(std::chrono::seconds deadline) const;

 private:
  sigset_t taken_;
};

}  // namespace vitrine::app

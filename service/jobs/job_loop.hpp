#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace vitrine::jobs {

// Does one kind of work again and again on a thread of its own. A round that fails is logged and
// tried again, ever more slowly up to half a minute: the database may be away for a while.
// Thread-safe.
class JobLoop {
 public:
  // Loops that keep the database busy share a turn: one of them works at a time, in short rounds,
  // so that those who wait for answers notice a mountain of work as little as possible. A courtesy:
  // a loop that got no turn within kPatience works all the same.
  class Turn {  // for std::unique_lock
   public:
    bool try_lock_for(std::chrono::milliseconds patience);
    void unlock();

   private:
    std::mutex mutex_;  // guards taken_
    std::condition_variable freed_;
    bool taken_ = false;
  };
  static constexpr std::chrono::milliseconds kPatience{100};

  struct Pace {
    std::chrono::milliseconds pause;  // after a round without more to do at once
    // After a round with more, a loop with a turn rests half as long as it worked, at most `pause`.
    // One without, that waits for others itself, goes on at once.
    Turn* turn = nullptr;
  };

  // `round` does some of the work and tells whether there is more to do at once.
  JobLoop(std::string name, Pace pace, std::function<bool()> round);
  ~JobLoop() { stop(); }

  void start();
  void wake();  // the next round begins now
  void stop();  // waits for the round under way

  void begin_stop();  // the round under way is the last

  const std::string& name() const noexcept { return name_; }

  struct Stats {
    std::uint64_t rounds_total, failures_total;
    double seconds_total;         // spent in rounds
    double since_last_success_s;  // a growing number tells of trouble
  };
  Stats stats() const;

 private:
  void run();
  std::chrono::nanoseconds try_round();  // gives the rest until the next one
  void wait(std::chrono::nanoseconds rest);

  const std::string name_;
  const Pace pace_;
  const std::function<bool()> round_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> rounds_ = 0, failures_ = 0;
  std::atomic<std::chrono::nanoseconds> spent_{};
  std::atomic<std::chrono::steady_clock::time_point> succeeded_at_;
  int failed_in_turn_ = 0;
  std::mutex mutex_;  // guards woken_
  std::condition_variable changed_;
  bool woken_ = false;
  std::thread thread_;
};

}  // namespace vitrine::jobs

#include "service/jobs/job_loop.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "service/telemetry/log.hpp"

namespace vitrine::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstRetry{200};
constexpr milliseconds kSlowestRetry{30'000};
constexpr int kMostDoublings = 8;

}  // namespace

// std::timed_mutex would do, but ThreadSanitizer does not see how GCC locks it.
bool JobLoop::Turn::try_lock_for(milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, patience, [this] { return !taken_; })) {
    return false;
  }
  taken_ = true;
  return true;
}

void JobLoop::Turn::unlock() {
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
  }
  freed_.notify_one();
}

JobLoop::JobLoop(std::string name, Pace pace, std::function<bool()> round)
    : name_(std::move(name)),
      pace_(pace),
      round_(std::move(round)),
      succeeded_at_(steady_clock::now()) {}

void JobLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void JobLoop::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void JobLoop::begin_stop() {
  stopping_ = true;
  wake();
}

void JobLoop::stop() {
  begin_stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

JobLoop::Stats JobLoop::stats() const {
  const std::chrono::duration<double> since = steady_clock::now() - succeeded_at_.load();
  const std::chrono::duration<double> spent = spent_.load();
  return {rounds_, failures_, spent.count(), since.count()};
}

void JobLoop::run() {
  while (!stopping_) {
    wait(try_round());
  }
}

nanoseconds JobLoop::try_round() {
  const auto turn =
      pace_.turn != nullptr ? std::unique_lock(*pace_.turn, kPatience) : std::unique_lock<Turn>();
  const auto began = steady_clock::now();
  const auto took = [began] { return nanoseconds(steady_clock::now() - began); };
  nanoseconds rest = pace_.pause;
  try {
    if (round_()) {
      rest = pace_.turn != nullptr ? std::min(rest, took() / 2) : nanoseconds(0);
    }
    failed_in_turn_ = 0;
    succeeded_at_ = steady_clock::now();
  } catch (const std::exception& error) {
    const int doublings = std::min(failed_in_turn_++, kMostDoublings);
    rest = std::min(kFirstRetry * (1 << doublings), kSlowestRetry);
    ++failures_;
    telemetry::log(telemetry::Level::warning, "job_failed",
                   {{"job", std::string_view(name_)}, {"detail", std::string_view(error.what())}});
  }
  ++rounds_;
  spent_ = spent_.load() + took();
  return rest;
}

void JobLoop::wait(nanoseconds rest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, rest, [this] { return woken_ || stopping_; });
  woken_ = false;
}

}  // namespace vitrine::jobs

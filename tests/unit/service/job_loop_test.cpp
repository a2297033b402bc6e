#include "service/jobs/job_loop.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <stdexcept>

using vitrine::jobs::JobLoop;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

// Fails where a loop that pauses would have the test wait for an hour.
void arrives(std::promise<void>& promise) {
  REQUIRE(promise.get_future().wait_for(30s) == std::future_status::ready);
}

// What a loop with this pace has done when it was called so many times; each round says that there
// is more.
JobLoop::Stats after_rounds(JobLoop::Pace pace, int rounds) {
  std::promise<void> enough;
  int count = 0;
  JobLoop loop("test", pace, [&] {
    if (++count == rounds) {
      enough.set_value();
    }
    return true;
  });
  loop.start();
  arrives(enough);
  loop.stop();
  return loop.stats();
}

}  // namespace

TEST_CASE("a loop does not pause while there is more to do, with a turn or without") {
  JobLoop::Turn turn;
  CHECK(after_rounds({1h}, 3).rounds_total >= 3);
  CHECK(after_rounds({1h, &turn}, 3).rounds_total >= 3);
}

TEST_CASE("a loop that is woken does not wait for the end of its pause") {
  std::promise<void> first, second;
  int count = 0;
  JobLoop loop("test", {1h}, [&] {
    (++count == 1 ? first : second).set_value();
    return false;
  });
  loop.start();
  arrives(first);
  loop.wake();
  arrives(second);
  loop.stop();
  CHECK(count == 2);
}

TEST_CASE("a round that fails is counted and tried again") {
  std::promise<void> well;
  int count = 0;
  JobLoop loop("test", {1h}, [&] {
    if (++count == 1) {
      throw std::runtime_error("on purpose");
    }
    well.set_value();
    return false;
  });
  loop.start();
  arrives(well);
  loop.stop();
  CHECK(loop.stats().failures_total == 1);
  CHECK(loop.stats().rounds_total == 2);
}

TEST_CASE("a loop waits for its turn, but not for ever") {
  JobLoop::Turn turn;
  std::promise<void> holding, release;
  JobLoop one("one", {1h, &turn}, [&] {
    holding.set_value();
    release.get_future().wait();
    return false;
  });
  std::promise<steady_clock::time_point> worked;
  JobLoop other("other", {1h, &turn}, [&] {
    worked.set_value(steady_clock::now());
    return false;
  });
  one.start();
  arrives(holding);
  const auto began = steady_clock::now();
  other.start();
  CHECK(worked.get_future().get() - began >= JobLoop::kPatience);
  release.set_value();
  one.stop();
  other.stop();
}

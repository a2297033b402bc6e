// Catch2 v2 assertions are not thread-safe, so the threads only count.
#include "service/rate_limiter.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace vitrine;
using namespace std::chrono_literals;

namespace {

// A clock that goes when the test says so.
struct HandClock {
  RateLimiter::Clock::time_point now{1h};
  auto reader() {
    return [this] { return now; };
  }
};

}  // namespace

TEST_CASE("a full bucket gives its units and no more", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({5, 60s}, 100, clock.reader());
  for (int left = 4; left >= 0; --left) {
    const auto quota = limiter.take("a");
    CHECK(quota.granted);
    CHECK(quota.remaining == left);
  }
  const auto refused = limiter.take("a");
  CHECK_FALSE(refused.granted);
  CHECK(refused.remaining == 0);
  CHECK(refused.next_in == 12s);
  CHECK(refused.full_in == 60s);
}

TEST_CASE("what was taken comes back evenly", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({5, 60s}, 100, clock.reader());
  for (int i = 0; i < 5; ++i) {
    limiter.take("a");
  }
  clock.now += 11s;
  CHECK_FALSE(limiter.take("a").granted);
  CHECK(limiter.take("a").next_in == 1s);
  clock.now += 1s;
  CHECK(limiter.take("a").granted);
  CHECK_FALSE(limiter.take("a").granted);
  clock.now += 59s;
  CHECK(limiter.take("a").remaining == 3);
}

TEST_CASE("asking in vain costs nothing", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({1, 10s}, 100, clock.reader());
  limiter.take("a");
  for (int i = 0; i < 100; ++i) {
    CHECK(limiter.take("a").next_in == 10s);
  }
  clock.now += 10s;
  CHECK(limiter.take("a").granted);
}

TEST_CASE("a quiet bucket holds no more than it can", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({2, 10s}, 100, clock.reader());
  limiter.take("a");
  clock.now += 24h;
  CHECK(limiter.take("a").remaining == 1);
  CHECK(limiter.take("a").granted);
  CHECK_FALSE(limiter.take("a").granted);
}

TEST_CASE("every key has a bucket of its own", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({1, 10s}, 100, clock.reader());
  CHECK(limiter.take("a").granted);
  CHECK(limiter.take("b").granted);
  CHECK_FALSE(limiter.take("a").granted);
}

TEST_CASE("what is given back can be taken again, and no more than was taken",
          "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({2, 10s}, 100, clock.reader());
  limiter.take("a");
  limiter.take("a");
  limiter.give_back("a");
  CHECK(limiter.take("a").granted);
  CHECK_FALSE(limiter.take("a").granted);
  limiter.give_back("unknown");
  for (int i = 0; i < 9; ++i) {
    limiter.give_back("a");
  }
  CHECK(limiter.keys() == 0);
  CHECK(limiter.take("a").remaining == 1);
}

TEST_CASE("a bucket that is full again is forgotten", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({5, 50s}, 100, clock.reader());
  limiter.take("a");
  limiter.take("b");
  limiter.take("b");
  CHECK(limiter.keys() == 2);
  clock.now += 10s;
  limiter.take("c");
  CHECK(limiter.keys() == 2);
  clock.now += 10s;
  limiter.take("c");
  CHECK(limiter.keys() == 1);
}

TEST_CASE("many keys cannot wash away the one that took most", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({3, 60s}, 10, clock.reader());
  for (int i = 0; i < 3; ++i) {
    limiter.take("guesser");
  }
  for (int i = 0; i < 10'000; ++i) {
    CHECK(limiter.take("stranger " + std::to_string(i)).granted);
    CHECK(limiter.keys() <= 10);
  }
  CHECK_FALSE(limiter.take("guesser").granted);
}

TEST_CASE("units that many take at once are counted once each", "[service][rate_limiter]") {
  HandClock clock;
  RateLimiter limiter({1000, 60s}, 8, clock.reader());
  std::atomic<int> granted{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        granted += limiter.take("shared").granted ? 1 : 0;
        limiter.take("other " + std::to_string(i));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(granted == 1000);
}

#include "service/core/retry_schedule.hpp"

#include <catch2/catch.hpp>
#include <numeric>

using namespace vitrine::core;
using namespace std::chrono_literals;

namespace {

constexpr double kMiddle = 0.5;
const RetrySchedule kStandard;

std::optional<std::chrono::milliseconds> after(RetrySchedule::Failure failure,
                                               double chance = kMiddle) {
  return kStandard.next(failure, chance);
}

}  // namespace

TEST_CASE("the standard schedule is the one of Standard Webhooks", "[core][retry_schedule]") {
  const auto& delays = kStandard.delays();
  REQUIRE(delays.size() == 10);
  CHECK(delays.front() == 0s);
  CHECK(std::accumulate(delays.begin(), delays.end(), 0s) == 75h + 35min + 5s);
  CHECK(after({.attempts = 1}) == 5s);
  CHECK(after({.attempts = 2}) == 5min);
  CHECK(after({.attempts = 9}) == 24h);
  CHECK_FALSE(after({.attempts = 10}));
  CHECK_FALSE(after({.attempts = 1000}));
}

TEST_CASE("chance moves a delay by a fifth at most", "[core][retry_schedule]") {
  CHECK(after({.attempts = 2}, 0) == 4min);
  CHECK(after({.attempts = 2}, 1) == 6min);
}

TEST_CASE("who is overloaded, or did not answer, is left alone for a minute",
          "[core][retry_schedule]") {
  CHECK(after({.attempts = 1, .overloaded = true}) == 1min);
  CHECK(after({.attempts = 2, .overloaded = true}) == 5min);
}

TEST_CASE("the later of the schedule and the receiver's wish counts, up to a day",
          "[core][retry_schedule]") {
  CHECK(after({.attempts = 1, .retry_after = 2s}) == 5s);
  CHECK(after({.attempts = 1, .retry_after = 90s}) == 90s);
  CHECK(after({.attempts = 1, .overloaded = true, .retry_after = 2s}) == 1min);
  CHECK(after({.attempts = 1, .retry_after = 1000h}) == 24h);
  CHECK_FALSE(after({.attempts = 10, .retry_after = 1s}));
}

TEST_CASE("a schedule needs an attempt", "[core][retry_schedule]") {
  CHECK_THROWS_AS(RetrySchedule(RetrySchedule::Delays()), std::invalid_argument);
  CHECK_FALSE(RetrySchedule(RetrySchedule::Delays{0s}).next({.attempts = 1}, kMiddle));
  CHECK(RetrySchedule(RetrySchedule::Delays{0s, 1s}).next({.attempts = 1}, kMiddle) == 1s);
}

TEST_CASE("Retry-After is seconds or a date", "[core][retry_schedule]") {
  const std::chrono::sys_seconds now{784111777s};  // Sun, 06 Nov 1994 08:49:37 GMT
  CHECK(parse_retry_after("0", now) == 0s);
  CHECK(parse_retry_after("120", now) == 120s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now) == 60s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:48:37 GMT", now) == 0s);
  CHECK(parse_retry_after("Tue, 06 Dec 1994 08:48:37 GMT", now) == 24h);
  CHECK(parse_retry_after("99999999999999999999999999", now) == 24h);
  for (const std::string_view text : {"", "-1", "+1", "1.5", "1s", " 1", "soon", "1, 2", "0x10"}) {
    INFO(text);
    CHECK_FALSE(parse_retry_after(text, now));
  }
}

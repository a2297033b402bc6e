#include "api/key_rate.hpp"

#include <catch2/catch.hpp>

#include "service/core/error.hpp"
#include "tests/unit/api/fake_exchange.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

core::KeyId key(std::uint8_t number) {
  core::Uuid uuid;
  uuid.bytes[15] = number;
  return core::KeyId(uuid);
}

std::string told(const KeyRate& rate, const RateLimiter::Quota& quota) {
  http::Response answer;
  rate.tell(quota, answer.headers);
  return header(answer, "RateLimit-Policy") + " " + header(answer, "RateLimit");
}

}  // namespace

TEST_CASE("a key that may is told how often it still may", "[api][key_rate]") {
  KeyRate rate(6000);
  const auto quota = rate.count(key(1));
  REQUIRE(quota);
  CHECK_NOTHROW(require_granted(quota));
  CHECK(told(rate, *quota) == "\"key\";q=6000;w=60 \"key\";r=5999;t=1");
}

TEST_CASE("a key that asks too often is told when it may again", "[api][key_rate]") {
  KeyRate rate(1);
  require_granted(rate.count(key(1)));
  const auto quota = rate.count(key(1));
  REQUIRE(quota);
  CHECK(told(rate, *quota) == "\"key\";q=1;w=60 \"key\";r=0;t=60");
  try {
    require_granted(quota);
    FAIL("one too many was granted");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ErrorCode::rate_limited);
    CHECK(error.retry_after() == std::chrono::seconds(60));
  }
  CHECK_NOTHROW(require_granted(rate.count(key(2))));
}

TEST_CASE("the time told never contradicts Retry-After", "[api][key_rate]") {
  KeyRate rate(6000);
  std::optional<RateLimiter::Quota> quota;
  do {
    quota = rate.count(key(1));
    REQUIRE(quota);
  } while (quota->granted);
  CHECK(quota->next_in == std::chrono::seconds(1));
  CHECK(told(rate, *quota) == "\"key\";q=6000;w=60 \"key\";r=0;t=1");
}

TEST_CASE("without a limit nothing is counted and nothing is told", "[api][key_rate]") {
  KeyRate rate(0);
  CHECK_FALSE(rate.count(key(1)));
  CHECK_NOTHROW(require_granted(std::nullopt));
}

#include "service/clock.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace vitrine;

TEST_CASE("a new id carries the wall clock, and is never given twice", "[service][clock]") {
  const auto before = wall_clock_now();
  std::set<core::Uuid> seen;
  for (int i = 0; i < 10'000; ++i) {
    seen.insert(new_uuid());
  }
  const auto after = wall_clock_now();

  CHECK(seen.size() == 10'000);
  for (const core::Uuid& uuid : {*seen.begin(), *seen.rbegin()}) {
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      ms = ms << 8 | uuid.bytes[i];
    }
    CHECK(core::Instant(std::chrono::milliseconds(ms)) + std::chrono::milliseconds(1) > before);
    CHECK(core::Instant(std::chrono::milliseconds(ms)) <= after);
    CHECK(uuid.text()[14] == '7');
  }
}

TEST_CASE("a new id is of the noun that was asked for", "[service][clock]") {
  CHECK(new_id<core::ShareId>().text().starts_with("shr_"));
  CHECK(new_id<core::LinkId>().text().starts_with("lnk_"));
}

#include "service/core/window.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "service/core/error.hpp"

using namespace vitrine::core;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

Instant at(const std::string& text) { return parse_rfc3339(text).value(); }

const Instant kNow = at("2026-11-21T12:00:00Z");
const std::optional<seconds> kThirtyDays = seconds(hours(24 * 30));

// The pointer of the one fault, or "none".
std::string fault(const WindowRequest& request, const std::optional<Window>& base = std::nullopt,
                  const std::optional<seconds>& lifetime = kThirtyDays) {
  try {
    settle_window(request, base, lifetime, kNow);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::validation_failed);
    REQUIRE(error.violations().size() == 1);
    CHECK(error.violations()[0].code == "out_of_range");
    CHECK_FALSE(error.violations()[0].detail.empty());
    return error.violations()[0].pointer;
  }
  return "none";
}

Window settled(const WindowRequest& request, const std::optional<Window>& base = std::nullopt) {
  return settle_window(request, base, kThirtyDays, kNow);
}

}  // namespace

TEST_CASE("a new share without a word about time opens now and lasts the default",
          "[core][window]") {
  CHECK(settled({}) == Window{kNow, kNow + *kThirtyDays});
  CHECK(settle_window({}, std::nullopt, std::nullopt, kNow) == Window{kNow, std::nullopt});
}

TEST_CASE("a share that opens now opens at the millisecond it shows", "[core][window]") {
  const Instant between = kNow + std::chrono::microseconds(1'234'567);
  const Window window = settle_window({}, std::nullopt, kThirtyDays, between);
  CHECK(window.starts_at == kNow + std::chrono::milliseconds(1'234));
  CHECK(window.expires_at == window.starts_at + *kThirtyDays);
}

TEST_CASE("a relative end counts from the start", "[core][window]") {
  const Instant start = at("2027-01-01T00:00:00Z");
  CHECK(settled({start, seconds(3600)}) == Window{start, at("2027-01-01T01:00:00Z")});
  CHECK(settled({start, std::nullopt}) == Window{start, start + *kThirtyDays});
  CHECK(settled({std::nullopt, seconds(1)}) == Window{kNow, kNow + seconds(1)});
}

TEST_CASE("an end may be an instant, or never", "[core][window]") {
  CHECK(settled({std::nullopt, at("2026-11-21T12:00:00.001Z")}).expires_at ==
        at("2026-11-21T12:00:00.001Z"));
  CHECK(settled({std::nullopt, Permanent{}}) == Window{kNow, std::nullopt});
  CHECK(settled({std::nullopt, at("9999-12-31T23:59:59Z")}).expires_at);
}

TEST_CASE("a lifetime outside one second to a hundred years is refused", "[core][window]") {
  CHECK(fault({std::nullopt, seconds(0)}) == "/ttl_seconds");
  CHECK(fault({std::nullopt, seconds(-1)}) == "/ttl_seconds");
  CHECK(fault({std::nullopt, kMaxLifetime}) == "none");
  CHECK(fault({std::nullopt, kMaxLifetime + seconds(1)}) == "/ttl_seconds");
  CHECK(fault({std::nullopt, seconds(1'000'000'000'000)}) == "/ttl_seconds");
  CHECK(fault({std::nullopt, seconds::max()}) == "/ttl_seconds");
  CHECK(fault({std::nullopt, seconds::min()}) == "/ttl_seconds");
}

TEST_CASE("an end that is past, now, or not after the start is refused", "[core][window]") {
  CHECK(fault({std::nullopt, kNow}) == "/expires_at");
  CHECK(fault({std::nullopt, at("1970-01-01T00:00:00Z")}) == "/expires_at");
  const Instant later = kNow + hours(2);
  CHECK(fault({later, later}) == "/expires_at");
  CHECK(fault({later, later - seconds(1)}) == "/expires_at");
  CHECK(fault({later, later + seconds(1)}) == "none");
}

TEST_CASE("a start so early that the end has passed already is refused at the start",
          "[core][window]") {
  CHECK(fault({at("2020-01-01T00:00:00Z"), std::nullopt}) == "/starts_at");
  CHECK(fault({at("2020-01-01T00:00:00Z"), seconds(60)}) == "/ttl_seconds");
  CHECK(fault({at("2020-01-01T00:00:00Z"), Permanent{}}) == "none");
}

TEST_CASE("a window that ends after the year 9999 is refused", "[core][window]") {
  const Instant last = at("9999-12-31T00:00:00Z");
  CHECK(fault({last, seconds(86399)}) == "none");
  CHECK(fault({last, seconds(86400)}) == "/ttl_seconds");
  CHECK(fault({last, kMaxLifetime}) == "/ttl_seconds");
  CHECK(fault({last, std::nullopt}) == "/starts_at");
}

TEST_CASE("a change keeps what it does not name", "[core][window]") {
  const Window base{kNow - hours(1), kNow + hours(1)};
  CHECK(settled({}, base) == base);
  CHECK(settled({kNow, std::nullopt}, base) == Window{kNow, base.expires_at});
  CHECK(settled({std::nullopt, Permanent{}}, base) == Window{base.starts_at, std::nullopt});
  CHECK(settled({std::nullopt, seconds(7200)}, base) ==
        Window{base.starts_at, base.starts_at + seconds(7200)});
  CHECK(fault({kNow + hours(1), std::nullopt}, base) == "/starts_at");
  CHECK(fault({std::nullopt, seconds(3600)}, base) == "/ttl_seconds");
}

TEST_CASE("an expired share can change its title, and be opened again", "[core][window]") {
  const Window expired{kNow - hours(2), kNow - hours(1)};
  CHECK(settled({}, expired) == expired);
  CHECK(settled({std::nullopt, kNow + hours(1)}, expired).expires_at == kNow + hours(1));
  CHECK(fault({kNow - hours(3), std::nullopt}, expired) == "/starts_at");
}

TEST_CASE("a permanent share never takes the default on a change", "[core][window]") {
  const Window permanent{kNow, std::nullopt};
  CHECK(settled({kNow + hours(1), std::nullopt}, permanent) ==
        Window{kNow + hours(1), std::nullopt});
}

TEST_CASE("the presets are those of the contract", "[core][window]") {
  struct Preset {
    std::string text;
    long hours;
  };
  const Preset preset = GENERATE(values<Preset>({{"1h", 1},
                                                 {"6h", 6},
                                                 {"12h", 12},
                                                 {"1d", 24},
                                                 {"3d", 72},
                                                 {"7d", 168},
                                                 {"14d", 336},
                                                 {"30d", 720},
                                                 {"60d", 1440},
                                                 {"90d", 2160},
                                                 {"1y", 8760}}));
  CHECK(expires_in_preset(preset.text) == seconds(hours(preset.hours)));
  const std::string bad = GENERATE(values<std::string>(
      {"", "2h", "1H", "1h ", " 1h", "01h", "24h", "1w", "1y6h", "h", "1", "-1h"}));
  CHECK_FALSE(expires_in_preset(bad));
}

// Expected milliseconds were computed with Python's datetime.
#include "service/core/instant.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>

using namespace vitrine::core;

namespace {

std::int64_t milliseconds_of(const std::string& text) {
  const auto instant = parse_rfc3339(text);
  REQUIRE(instant);
  CHECK(instant->time_since_epoch().count() % 1000 == 0);
  return instant->time_since_epoch().count() / 1000;
}

Instant at(std::int64_t microseconds) { return Instant(std::chrono::microseconds(microseconds)); }

}  // namespace

TEST_CASE("a date-time names the instant RFC 3339 says", "[core][instant]") {
  CHECK(milliseconds_of("1970-01-01T00:00:00Z") == 0);
  CHECK(milliseconds_of("1985-04-12T23:20:50.52Z") == 482196050520);
  CHECK(milliseconds_of("1996-12-19T16:39:57-08:00") == 851042397000);
  CHECK(milliseconds_of("2026-11-21T05:22:57.123Z") == 1795238577123);
  CHECK(milliseconds_of("2026-06-01T12:00:00.5+05:30") == 1780295400500);
  CHECK(milliseconds_of("2000-02-29T23:59:59Z") == 951868799000);
  CHECK(milliseconds_of("9999-12-31T23:59:59.999Z") == 253402300799999);
}

TEST_CASE("case, and an unknown local offset, do not matter", "[core][instant]") {
  CHECK(milliseconds_of("1985-04-12t23:20:50.52z") == 482196050520);
  CHECK(milliseconds_of("1985-04-12T23:20:50.520-00:00") == 482196050520);
  CHECK(milliseconds_of("1985-04-13T23:19:50.520+23:59") == 482196050520);
}

TEST_CASE("digits below the millisecond are cut off, not rounded", "[core][instant]") {
  CHECK(milliseconds_of("1970-01-01T00:00:00.1239Z") == 123);
  CHECK(milliseconds_of("1970-01-01T00:00:00.999999999Z") == 999);
  CHECK(milliseconds_of("1970-01-01T00:00:00.7Z") == 700);
  CHECK(milliseconds_of("1970-01-01T00:00:00." + std::string(4000, '1') + "Z") == 111);
}

TEST_CASE("what is no instant is refused", "[core][instant]") {
  const std::string text = GENERATE(values<std::string>({
      "",
      "2026",
      "2026-11-21",
      "2026-11-21T05:22:57",   // no zone
      "2026-11-21T05:22Z",     // no seconds
      "2026-11-21 05:22:57Z",  // a blank for the T
      "2026-02-30T00:00:00Z",  // no such day
      "2023-02-29T00:00:00Z",  // no leap year
      "1900-02-29T00:00:00Z",  // nor that
      "2026-04-31T00:00:00Z",
      "2026-00-01T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-01-00T00:00:00Z",
      "2026-01-32T00:00:00Z",
      "2026-06-30T23:59:60Z",  // leap second
      "2026-11-21T24:00:00Z",
      "2026-11-21T05:60:00Z",
      "2026-11-21T05:22:57+25:00",
      "2026-11-21T05:22:57+05:60",
      "2026-11-21T05:22:57+0530",
      "2026-11-21T05:22:57+05",
      "2026-11-21T05:22:57.Z",
      "2026-11-21T05:22:57,5Z",
      "2026-11-21T05:22:57ZZ",
      "2026-11-21T05:22:57Z ",
      " 2026-11-21T05:22:57Z",
      "+2026-11-21T05:22:57Z",
      "10000-01-01T00:00:00Z",
      "9999-12-31T23:59:59-00:01",  // beyond the last year
      "1970-01-01T00:00:00+00:01",  // before the first
      "1969-12-31T23:59:59Z",
      "-001-11-21T05:22:57Z",
      "2026-1-21T05:22:57Z",
      "2026-11-21T5:22:57Z",
      "1795238577",
      "2026-W47-6T05:22:57Z",
      std::string("2026-11-21T05:22:57Z\0", 21),
      "\357\273\2772026-11-21T05:22:57Z",  // byte order mark
  }));
  INFO(text);
  CHECK_FALSE(parse_rfc3339(text));
}

TEST_CASE("an offset may bring a date back into the years that are accepted", "[core][instant]") {
  CHECK(milliseconds_of("1969-12-31T23:59:59-00:01") == 59000);
  CHECK(milliseconds_of("9999-12-31T23:59:59+00:01") == 253402300739000);
}

TEST_CASE("an instant is shown in UTC with three digits", "[core][instant]") {
  CHECK(format_rfc3339(at(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(format_rfc3339(at(1795238577123456)) == "2026-11-21T05:22:57.123Z");
  CHECK(format_rfc3339(at(1795238577123999)) == "2026-11-21T05:22:57.123Z");
  CHECK(format_rfc3339(at(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(format_rfc3339(at(253402300799999999)) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("what is shown reads back as what it shows", "[core][instant]") {
  for (std::int64_t ms = 0; ms < 253402300800000; ms += 86399123457) {
    const Instant instant = at(ms * 1000);
    REQUIRE(parse_rfc3339(format_rfc3339(instant)) == instant);
  }
}

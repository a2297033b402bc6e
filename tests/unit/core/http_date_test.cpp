// Examples from RFC 9110 section 5.6.7.
#include "service/core/http_date.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace vitrine::core;
using std::chrono::seconds;
using std::chrono::sys_seconds;

namespace {

const sys_seconds kExample{seconds(784111777)};

}  // namespace

TEST_CASE("the three forms of a date name the same second", "[core][http_date]") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == kExample);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == kExample);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == kExample);
  CHECK(parse_http_date("Sun Nov 16 08:49:37 1994") == kExample + std::chrono::days(10));
}

TEST_CASE("a date is written in the first form", "[core][http_date]") {
  CHECK(format_http_date(kExample) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(format_http_date(sys_seconds{}) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("what is written reads back", "[core][http_date]") {
  for (std::int64_t at = 0; at < 253402300800; at += 3'197'281) {
    const sys_seconds date{seconds(at)};
    REQUIRE(parse_http_date(format_http_date(date)) == date);
  }
}

TEST_CASE("any other text is no date", "[core][http_date]") {
  const std::string text = GENERATE(values<std::string>({
      "",
      "0",
      "Sun, 06 Nov 1994 08:49:37",
      "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37 +0000",
      "Sun, 6 Nov 1994 08:49:37 GMT",
      "Sun, 31 Feb 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:00 GMT",
      "Sun, 06 Nov 1994 08:49:60 GMT",
      "Sun, 06 nov 1994 08:49:37 GMT",
      "Son, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06 Nov 1994 08:49:37 GMT",
      "Sun, 06-Nov-94 08:49:37 GMT",
      "Sun Nov 6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:37 GMT ",
      " Sun, 06 Nov 1994 08:49:37 GMT",
      "1994-11-06T08:49:37Z",
  }));
  INFO(text);
  CHECK_FALSE(parse_http_date(text));
}

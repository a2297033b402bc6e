#include "api/media_conditions.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace vitrine;
using namespace vitrine::api;
using std::chrono::seconds;

namespace {

const std::chrono::sys_seconds kModified{seconds(784111777)};
const Validators kCurrent{"\"v,1\"", kModified};  // a tag may hold a comma
const std::string kExact = "Sun, 06 Nov 1994 08:49:37 GMT";
const std::string kEarlier = "Sun, 06 Nov 1994 08:49:36 GMT";
const std::string kLater = "Sun, 06 Nov 1994 08:49:38 GMT";

http::Headers fields(const std::vector<http::Header>& list) {
  http::Headers headers;
  for (const http::Header& field : list) {
    headers.add(field.name, field.value);
  }
  return headers;
}

std::string judged(const std::vector<http::Header>& list) {
  switch (judge_conditions(fields(list), kCurrent)) {
    case Condition::met:
      return "met";
    case Condition::not_modified:
      return "not_modified";
    case Condition::failed:
      break;
  }
  return "failed";
}

bool current(const std::string& if_range, seconds age = seconds(60)) {
  return range_is_current(fields({{"If-Range", if_range}}), kCurrent, kModified + age);
}

}  // namespace

TEST_CASE("a version the client has is not sent again", "[api][conditions]") {
  CHECK(judged({}) == "met");
  CHECK(judged({{"If-None-Match", "\"v,1\""}}) == "not_modified");
  CHECK(judged({{"if-none-match", "W/\"v,1\""}}) == "not_modified");
  CHECK(judged({{"If-None-Match", "\"a\", W/\"b\" ,\"v,1\""}}) == "not_modified");
  CHECK(judged({{"If-None-Match", "\"a\""}, {"If-None-Match", "\"v,1\""}}) == "not_modified");
  CHECK(judged({{"If-None-Match", "*"}}) == "not_modified");
  CHECK(judged({{"If-Modified-Since", kExact}}) == "not_modified");
  CHECK(judged({{"If-Modified-Since", kLater}}) == "not_modified");
}

TEST_CASE("another version is sent", "[api][conditions]") {
  CHECK(judged({{"If-None-Match", "\"v\""}}) == "met");
  CHECK(judged({{"If-None-Match", "v,1"}}) == "met");
  CHECK(judged({{"If-None-Match", "w/\"v,1\""}}) == "met");
  CHECK(judged({{"If-None-Match", "\"v,1"}}) == "met");
  CHECK(judged({{"If-None-Match", ""}}) == "met");
  CHECK(judged({{"If-Modified-Since", kEarlier}}) == "met");
  CHECK(judged({{"If-Modified-Since", "yesterday"}}) == "met");
  CHECK(judged({{"If-Modified-Since", kLater}, {"If-Modified-Since", kLater}}) == "met");
}

TEST_CASE("an entity tag decides alone when there is one", "[api][conditions]") {
  CHECK(judged({{"If-None-Match", "\"old\""}, {"If-Modified-Since", kLater}}) == "met");
  CHECK(judged({{"If-Match", "\"v,1\""}, {"If-Unmodified-Since", kEarlier}}) == "met");
}

TEST_CASE("a client that insists on a version gets that one or a refusal", "[api][conditions]") {
  CHECK(judged({{"If-Match", "\"v,1\""}}) == "met");
  CHECK(judged({{"If-Match", "*"}}) == "met");
  CHECK(judged({{"If-Match", "\"old\", \"v,1\""}}) == "met");
  CHECK(judged({{"If-Match", "\"old\""}}) == "failed");
  CHECK(judged({{"If-Match", "W/\"v,1\""}}) == "failed");
  CHECK(judged({{"If-Match", "v,1"}}) == "failed");
  CHECK(judged({{"If-Unmodified-Since", kEarlier}}) == "failed");
  CHECK(judged({{"If-Unmodified-Since", kExact}}) == "met");
  CHECK(judged({{"If-Match", "\"old\""}, {"If-None-Match", "\"v,1\""}}) == "failed");
}

TEST_CASE("a range is honoured only of the version the client began with", "[api][conditions]") {
  CHECK(range_is_current({}, kCurrent, kModified));
  CHECK(current("\"v,1\""));
  CHECK(current(kExact));
  CHECK_FALSE(current("W/\"v,1\""));
  CHECK_FALSE(current("\"old\""));
  CHECK_FALSE(current(kEarlier));
  CHECK_FALSE(current(kLater));
  CHECK_FALSE(current(""));
  CHECK_FALSE(current("*"));
  CHECK_FALSE(current("\"v,1\", \"old\""));
  CHECK_FALSE(range_is_current(fields({{"If-Range", "\"v,1\""}, {"If-Range", "\"v,1\""}}), kCurrent,
                               kModified + seconds(60)));
}

TEST_CASE("a date proves nothing within the second it names", "[api][conditions]") {
  CHECK_FALSE(current(kExact, seconds(0)));
  CHECK(current(kExact, seconds(1)));
}

#include "api/byte_range.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace vitrine::api;

namespace {

constexpr std::uint64_t kSize = 1000;

// "first-last", "whole" or "unsatisfiable".
std::string chosen(const std::string& field, std::uint64_t size = kSize) {
  const RangeChoice choice = choose_range(field, size);
  if (const auto* range = std::get_if<ByteRange>(&choice)) {
    return std::to_string(range->first) + '-' + std::to_string(range->last);
  }
  return std::holds_alternative<UnsatisfiableRange>(choice) ? "unsatisfiable" : "whole";
}

}  // namespace

TEST_CASE("one range is served, and never beyond the end", "[api][range]") {
  CHECK(chosen("bytes=0-0") == "0-0");
  CHECK(chosen("bytes=0-499") == "0-499");
  CHECK(chosen("bytes=500-999") == "500-999");
  CHECK(chosen("bytes=0-") == "0-999");
  CHECK(chosen("bytes=999-") == "999-999");
  CHECK(chosen("bytes=500-1000000") == "500-999");
  CHECK(chosen("bytes=0-99999999999999999999999999") == "0-999");
  CHECK(chosen("bytes=007-0009") == "7-9");
  CHECK(chosen("BYTES=1-2") == "1-2");  // unit names have no case
  CHECK(chosen("bytes= 1-2 ") == "1-2");
}

TEST_CASE("a suffix counts from the end", "[api][range]") {
  CHECK(chosen("bytes=-1") == "999-999");
  CHECK(chosen("bytes=-1000") == "0-999");
  CHECK(chosen("bytes=-1001") == "0-999");
  CHECK(chosen("bytes=-99999999999999999999999999") == "0-999");
}

TEST_CASE("a range that begins past the end cannot be satisfied", "[api][range]") {
  CHECK(chosen("bytes=1000-") == "unsatisfiable");
  CHECK(chosen("bytes=1000-1001") == "unsatisfiable");
  CHECK(chosen("bytes=18446744073709551615-") == "unsatisfiable");
  CHECK(chosen("bytes=18446744073709551616-") == "unsatisfiable");
  CHECK(chosen("bytes=99999999999999999999999999-") == "unsatisfiable");
  CHECK(chosen("bytes=-0") == "unsatisfiable");
}

TEST_CASE("an empty file has no range to give", "[api][range]") {
  CHECK(chosen("bytes=0-", 0) == "unsatisfiable");
  CHECK(chosen("bytes=0-0", 0) == "unsatisfiable");
  CHECK(chosen("bytes=-1", 0) == "whole");
  CHECK(chosen("bytes=-0", 0) == "unsatisfiable");
}

TEST_CASE("the largest file has ranges up to its last byte", "[api][range]") {
  constexpr std::uint64_t kLargest = 0x7fffffffffffffff;
  CHECK(chosen("bytes=0-", kLargest) == "0-9223372036854775806");
  CHECK(chosen("bytes=9223372036854775806-", kLargest) ==
        "9223372036854775806-9223372036854775806");
  CHECK(chosen("bytes=-1", kLargest) == "9223372036854775806-9223372036854775806");
}

TEST_CASE("what is malformed, foreign or a list gets the whole", "[api][range]") {
  const std::string field = GENERATE(values<std::string>({
      "",
      "bytes",
      "bytes=",
      "bytes= ",
      "bytes=-",
      "bytes=--1",
      "bytes=1",
      "bytes=a-b",
      "bytes=1-b",
      "bytes=a-1",
      "bytes=5-4",
      "bytes=+1-2",
      "bytes=1-+2",
      "bytes=0x1-2",
      "bytes=1.0-2",
      "bytes=1 - 2",
      "bytes=1-2-3",
      "bytes =1-2",
      " bytes=1-2",
      "items=0-1",
      "bytes:0-1",
      "bytes=0-1,3-4",
      "bytes=0-1,",
      "bytes=,0-1",
      "bytes=2000-,0-1",
      "bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0",
      std::string("bytes=1-2\0", 10),
  }));
  INFO(field);
  CHECK(chosen(field) == "whole");
}

TEST_CASE("the answer names what it holds", "[api][range]") {
  CHECK(content_range({0, 99}, 1234) == "bytes 0-99/1234");
  CHECK(unsatisfied_content_range(1234) == "bytes */1234");
  CHECK(ByteRange{5, 5}.length() == 1);
}

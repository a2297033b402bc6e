#include "api/object_reader.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine::api;
using vitrine::core::ErrorCode;

namespace {

// The faults that reading `member` of `{"n": <value>}` finds.
template <class Read>
Faulty faults_in(const std::string& value, Read read) {
  const auto document = JsonDocument::read("{\"n\":" + value + "}");
  Faults faults;
  ObjectReader reader(document.root(), faults);
  read(reader);
  reader.refuse_unknown();
  return faults.any() ? faults_of(failure_of([&] { faults.raise(); })) : Faulty{};
}

const Faulty kNone;
const Faulty kWrongType{"/n wrong_type"};
const Faulty kOutOfRange{"/n out_of_range"};

}  // namespace

TEST_CASE("an integer is read exactly or refused, and never wraps", "[api][dto]") {
  struct Row {
    std::string value;
    Faulty faults;
  };
  const auto row = GENERATE(values<Row>({
      {"0", kNone},
      {"-0", kNone},
      {"2147483648", kNone},
      {"9007199254740991", kNone},
      {"-1", kOutOfRange},
      {"9007199254740993", kOutOfRange},
      {"9223372036854775808", kOutOfRange},
      {"18446744073709551616", kOutOfRange},
      {"-9223372036854775809", kOutOfRange},
      {"1e300", kOutOfRange},
      {"1.0", kWrongType},
      {"1E2", kWrongType},
      {"0.5", kWrongType},
      {"\"1\"", kWrongType},
      {"true", kWrongType},
      {"null", kWrongType},
      {"[1]", kWrongType},
  }));
  INFO(row.value);
  CHECK(faults_in(row.value, [](ObjectReader& reader) { reader.integer("n", Need::required); }) ==
        row.faults);
}

TEST_CASE("a string's length counts in code points", "[api][dto]") {
  struct Row {
    std::string value;
    Faulty faults;
  };
  const auto row = GENERATE(values<Row>({
      {"\"abc\"", kNone},
      {"\"äöü\"", kNone},
      {"\"😀😀😀\"", kNone},
      {"\"abcd\"", kOutOfRange},
      {"\"😀😀😀😀\"", kOutOfRange},
      {"\"\"", kOutOfRange},
      {"\"   \"", kOutOfRange},
      {"\"\\t\\u00a0\\u3000\"", kOutOfRange},
      {"1", kWrongType},
      {"{}", kWrongType},
  }));
  INFO(row.value);
  CHECK(faults_in(row.value, [](ObjectReader& reader) {
          reader.string("n", Need::required, {.max = 3, .min = 1, .not_blank = true});
        }) == row.faults);
}

TEST_CASE("a flag is true or false and nothing like it", "[api][dto]") {
  for (const std::string value : {"\"true\"", "1", "null", "[]"}) {
    CHECK(faults_in(value, [](ObjectReader& reader) { reader.boolean("n", Need::optional); }) ==
          kWrongType);
  }
  CHECK(faults_in("false", [](ObjectReader& reader) {
          CHECK(reader.boolean("n", Need::required) == false);
        }) == kNone);
}

TEST_CASE("an instant needs a zone and must exist", "[api][dto]") {
  const auto read = [](ObjectReader& reader) { reader.instant("n", Need::nullable); };
  CHECK(faults_in("\"2026-11-21T05:22:57.123456Z\"", read) == kNone);
  CHECK(faults_in("null", read) == kNone);
  CHECK(faults_in("1795170000", read) == kWrongType);
  for (const std::string value :
       {"\"2026-02-30T00:00:00Z\"", "\"2026-01-01T00:00:60Z\"", "\"2026-01-01T00:00:00\"",
        "\"2026-01-01T00:00:00+25:00\"", "\"10000-01-01T00:00:00Z\"", "\"\""}) {
    INFO(value);
    CHECK(faults_in(value, read) == Faulty{"/n invalid_format"});
  }
}

TEST_CASE("only a nullable member may be null, only a required one is missed", "[api][dto]") {
  CHECK(faults_in("null", [](ObjectReader& r) { r.string("n", Need::nullable); }) == kNone);
  CHECK(faults_in("null", [](ObjectReader& r) { r.string("n", Need::optional); }) == kWrongType);
  CHECK(faults_in("1", [](ObjectReader& r) {
          r.ignore({"n"});
          r.string("o", Need::optional);
          r.string("p", Need::required);
        }) == Faulty{"/p required"});
}

TEST_CASE("unknown members are faults, ignored ones are not", "[api][dto]") {
  const auto document = JsonDocument::read(R"({"id":5,"a/b":1,"m~n":2})");
  Faults faults;
  ObjectReader reader(document.root(), faults);
  reader.ignore({"id"});
  reader.refuse_unknown();
  CHECK(faults_of(failure_of([&] { faults.raise(); })) ==
        Faulty{"/a~1b unknown_field", "/m~0n unknown_field"});
}

TEST_CASE("no more than fifty faults are told", "[api][dto]") {
  std::string text = "{";
  for (int i = 0; i < 80; ++i) {
    text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":0";
  }
  const auto document = JsonDocument::read(text + "}");
  Faults faults;
  ObjectReader(document.root(), faults).refuse_unknown();
  CHECK(failure_of([&] { faults.raise(); }).violations().size() == kMaxFaults);
}

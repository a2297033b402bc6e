#include "api/json_reader.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine::api;
using vitrine::core::ErrorCode;

namespace {

ErrorCode refused(std::string_view text) {
  return failure_of([&] { JsonDocument::read(text); }).code();
}

std::string nested(std::size_t levels) {
  std::string text = "{\"a\":";
  text.append(levels - 1, '[');
  text.append(levels - 1, ']');
  return text + "}";
}

std::string members(std::size_t count) {
  std::string text = "{";
  for (std::size_t i = 0; i < count; ++i) {
    text += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\":0";
  }
  return text + "}";
}

}  // namespace

TEST_CASE("what is no JSON text is malformed", "[api][json]") {
  const std::string text = GENERATE(values<std::string>({
      "",
      "  \n",
      "{",
      "{\"a\":1}x",
      "{\"a\":1}{}",
      "{'a':1}",
      "{\"a\":1,}",
      "{/*c*/\"a\":1}",
      "{\"a\":1}//c",
      "{\"a\":NaN}",
      "{\"a\":Infinity}",
      "{\"a\":-Infinity}",
      "{\"a\":0x10}",
      "{\"a\":01}",
      "{\"a\":+1}",
      "{\"a\":.5}",
      "{\"a\":1.}",
      "{\"a\":True}",
      "{a:1}",
      "{\"a\" 1}",
      "[1,2",
      "{\"a\":\"\n\"}",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\\u12\"}",
  }));
  INFO(text);
  CHECK(refused(text) == ErrorCode::malformed_json);
}

TEST_CASE("what is no strict UTF-8 is malformed", "[api][json]") {
  const std::string text = GENERATE(values<std::string>({
      "\xEF\xBB\xBF{}",                  // byte order mark
      std::string("\xFE\xFF\0{\0}", 6),  // UTF-16
      std::string("{\0}\0", 4),
      "{\"a\":\"\xFF\"}",  // never a byte of UTF-8
      "{\"a\":\"\xC0\xAE\"}",
      "{\"a\":\"\xE0\x80\xAF\"}",      // overlong
      "{\"a\":\"\xED\xA0\x80\"}",      // a surrogate
      "{\"a\":\"\xF4\x90\x80\x80\"}",  // past U+10FFFF
      "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\ud800x\"}",
      "{\"a\":\"\\udc00\"}",
      "{\"a\":\"\\ud800\\ud800\"}",
  }));
  CHECK(refused(text) == ErrorCode::malformed_json);
}

TEST_CASE("a NUL byte does not end a document early", "[api][json]") {
  CHECK(refused(std::string("{}\0", 3)) == ErrorCode::malformed_json);
  CHECK(refused(std::string("{}\0garbage", 10)) == ErrorCode::malformed_json);
}

TEST_CASE("a member named twice is malformed, at any depth", "[api][json]") {
  const std::string text = GENERATE(values<std::string>({
      R"({"a":1,"a":2})",
      R"({"a":1,"\u0061":2})",
      R"({"x":[{"b":1,"c":2,"b":3}]})",
  }));
  CHECK(refused(text) == ErrorCode::malformed_json);
}

TEST_CASE("32 levels are read and 33 are not", "[api][json]") {
  CHECK_NOTHROW(JsonDocument::read(nested(32)));
  CHECK(refused(nested(33)) == ErrorCode::malformed_json);
  CHECK(refused(std::string(100'000, '[')) == ErrorCode::malformed_json);
}

TEST_CASE("1,000 members are read and 1,001 are not, quickly", "[api][json]") {
  CHECK_NOTHROW(JsonDocument::read(members(1000)));
  CHECK(refused(members(1001)) == ErrorCode::malformed_json);

  std::string many = "{\"objects\":[";
  for (int i = 0; i < 200; ++i) {
    many += (i == 0 ? "" : ",") + members(1000);
  }
  const auto begin = std::chrono::steady_clock::now();
  CHECK_NOTHROW(JsonDocument::read(many + "]}"));
  // Comparing every name with every other would take a hundred million comparisons.
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}

TEST_CASE("a top level that is no object is a fault of the whole document", "[api][json]") {
  const std::string text = GENERATE(values<std::string>({"[]", "[{}]", "\"a\"", "null", "1"}));
  const auto failure = failure_of([&] { JsonDocument::read(text); });
  CHECK(failure.code() == ErrorCode::validation_failed);
  CHECK(faults_of(failure) == Faulty{" wrong_type"});
}

TEST_CASE("a number that no double holds is pointed at", "[api][json]") {
  const auto failure = failure_of([] { JsonDocument::read(R"({"a":{"b/c":[1,-1e400]}})"); });
  CHECK(faults_of(failure) == Faulty{"/a/b~1c/1 out_of_range"});
}

TEST_CASE("U+0000 is pointed at wherever it hides", "[api][json]") {
  const auto document = JsonDocument::read(R"({"a":"x\u0000","b":[{"c":"\u0000"}],"d":"\\u0000"})");
  REQUIRE(document.faults().size() == 2);
  CHECK(document.faults()[0].pointer == "/a");
  CHECK(document.faults()[1].pointer == "/b/0/c");
}

TEST_CASE("members keep their order and integers their value", "[api][json]") {
  const auto document =
      JsonDocument::read(R"({"z":9223372036854775807,"a":-9223372036854775808,"m":"é😀\uFFFF"})");
  CHECK(document.root().dump() ==
        "{\"z\":9223372036854775807,\"a\":-9223372036854775808,\"m\":\"é😀\xEF\xBF\xBF\"}");
}

TEST_CASE("the text of a member is kept as it was given", "[api][json]") {
  const std::string text =
      R"({"metadata": {"b" : 1.10, "a": [12345678901234567890123]} , "x": {"metadata": {}}})";
  const auto document = JsonDocument::read(text, {.member = "metadata"});
  CHECK(document.text_of("/metadata") == R"({"b" : 1.10, "a": [12345678901234567890123]})");
  CHECK_FALSE(document.text_of("/x/metadata").has_value());
}

TEST_CASE("the texts of a member's children are kept as they were given", "[api][json]") {
  const std::string text =
      R"({"panels":{"summary": {"x":1e2} ,"notes":{},"info":3},"other":{"summary":{}}})";
  const auto document = JsonDocument::read(text, {.children_of = "panels"});
  CHECK(document.text_of("/panels/summary") == R"({"x":1e2})");
  CHECK(document.text_of("/panels/notes") == "{}");
  CHECK_FALSE(document.text_of("/panels/info").has_value());
  CHECK_FALSE(document.text_of("/other/summary").has_value());
}

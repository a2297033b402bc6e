// Paths and queries: decoded once, strictly.
#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "api/path.hpp"
#include "api/query.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::ErrorCode;

namespace {

constexpr std::string_view kTemplate = "/v1/recordings/{recording_id}/panels/{kind}";

Query query(std::string_view raw) {
  static constexpr std::array<std::string_view, 2> kNames = {"a", "b"};
  return {raw, kNames};
}

}  // namespace

TEST_CASE("a path's parts are decoded exactly once", "[api][path]") {
  const auto values = Path("/v1/recordings/a%7Eb%3A%2541/panels/s%75mmary").match(kTemplate);
  REQUIRE(values.has_value());
  CHECK((*values)["recording_id"] == "a~b:%41");
  CHECK((*values)["kind"] == "summary");
}

TEST_CASE("a path matches whole or not at all", "[api][path]") {
  for (const std::string path :
       {"/v1/recordings/a/panels", "/v1/recordings/a/panels/", "/v1/recordings/a/panels/b/",
        "/v1/recordings/a/panels/b/c", "/v1/recordings//panels/b", "//v1/recordings/a/panels/b",
        "/V1/recordings/a/panels/b", "/", ""}) {
    INFO(path);
    CHECK_FALSE(Path(path).match(kTemplate).has_value());
  }
  CHECK(Path("/").match("/").has_value());
  CHECK_FALSE(Path("/x").match("/").has_value());
}

TEST_CASE("an escape that is broken or hides something is refused", "[api][path]") {
  const std::string escape = GENERATE(values<std::string>({
      "%",
      "%4",
      "%zz",
      "%%41",
      "%00",
      "%0d%0a",
      "%1f",
      "%7f",
      "%2F",
      "%2f",
      "%2e%2e%2f",
      "%5c",
      "%c0%ae",
      "%e0%80%af",
      "%ed%a0%80",
      "%ff",
      "%f4%90%80%80",
  }));
  INFO(escape);
  CHECK(failure_of([&] { Path("/v1/shares/" + escape); }).code() == ErrorCode::invalid_parameter);
}

TEST_CASE("what follows /media/ stays as it was sent", "[api][path]") {
  const auto values = Path("/media/a%2Fb/%zz//c").match("/media/{path}");
  REQUIRE(values.has_value());
  CHECK((*values)["path"] == "a%2Fb/%zz//c");
  CHECK_FALSE(Path("/media/").match("/media/{path}").has_value());
  CHECK_FALSE(Path("/media").match("/media/{path}").has_value());
}

TEST_CASE("a query's values are decoded exactly once", "[api][query]") {
  const Query read = query("a=x%2541&b=%C3%A9+1");
  CHECK(read.get("a") == "x%41");
  CHECK(read.get("b") == "é 1");
  CHECK_FALSE(query("a=&").get("a").has_value());
  CHECK_FALSE(query("").get("a").has_value());
}

TEST_CASE("a query with anything unexpected is refused", "[api][query]") {
  const std::string raw = GENERATE(values<std::string>({
      "c=1",
      "a=1&a=1",
      "a&a",
      "a=1&%61=2",
      "A=1",
      "a[]=1",
      "=1",
      "a=%zz",
      "a=%00",
      "a=%c0%ae",
      "order_by=;drop",
  }));
  INFO(raw);
  CHECK(failure_of([&] { query(raw); }).code() == ErrorCode::invalid_parameter);
}

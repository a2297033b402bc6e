#include "api/problem.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "api/json_reader.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::Error;
using core::ErrorCode;

namespace {

const ProblemContext kContext{"https://v.example.com", "req-1"};

}  // namespace

TEST_CASE("the catalogue explains every error code once", "[api][problem]") {
  std::set<std::string_view> slugs;
  std::set<std::string_view> titles;
  for (const ProblemKind& kind : problem_kinds()) {
    INFO(slug(kind.code));
    CHECK(slugs.insert(slug(kind.code)).second);
    CHECK(titles.insert(kind.title).second);
    CHECK(&problem_kind(kind.code) == &kind);
    CHECK(problem_kind_of_slug(slug(kind.code)) == &kind);
    CHECK((kind.status >= 400 && kind.status < 600));
    CHECK(kind.explanation.ends_with('.'));
    CHECK_FALSE(kind.remedy.empty());
  }
  CHECK(slugs.size() == static_cast<std::size_t>(ErrorCode::outcome_unknown) + 1);
  CHECK(problem_kind_of_slug("nothing") == nullptr);
}

TEST_CASE("the catalogue can stand in a page as it is", "[api][problem]") {
  for (const ProblemKind& kind : problem_kinds()) {
    for (const std::string_view text : {kind.title, kind.explanation, kind.remedy}) {
      CHECK(text.find_first_of("<>&\"") == std::string_view::npos);
    }
  }
}

TEST_CASE("a problem names itself and its request", "[api][problem]") {
  const auto response = problem_response({ErrorCode::link_expired, "It is over."}, kContext);
  CHECK(response.status == 410);
  CHECK(response.headers.get("content-type") == "application/problem+json");
  CHECK(response.body ==
        R"({"type":"https://v.example.com/problems/link_expired","title":"Link has expired",)"
        R"("status":410,"detail":"It is over.","code":"link_expired","request_id":"req-1"})");
}

TEST_CASE("a problem carries its faults and further members", "[api][problem]") {
  const auto invalid =
      Json::parse(problem_response(Error({{"/a~1b", "required", "Is required."}}), kContext).body);
  CHECK(invalid["status"] == 422);
  CHECK(invalid["errors"].dump() ==
        R"([{"pointer":"/a~1b","code":"required","detail":"Is required."}])");
  const auto later = Json::parse(
      problem_response(Error(ErrorCode::link_not_started, "x").with("starts_at", "t"), kContext)
          .body);
  CHECK(later["starts_at"] == "t");
  CHECK_FALSE(later.contains("errors"));
}

TEST_CASE("a problem brings the headers that its status asks for", "[api][problem]") {
  const auto header = [](const Error& error, std::string_view name) {
    return std::string(problem_response(error, kContext).headers.get(name).value_or("none"));
  };
  CHECK(header({ErrorCode::unauthenticated, "x"}, "WWW-Authenticate") == "Bearer");
  CHECK(header({ErrorCode::viewer_required, "x"}, "WWW-Authenticate") ==
        "Vitrine realm=\"viewer_token\"");
  for (const ErrorCode code : {ErrorCode::passcode_required, ErrorCode::passcode_invalid}) {
    CHECK(header({code, "x"}, "WWW-Authenticate") == "Vitrine realm=\"passcode\"");
  }
  CHECK(header({ErrorCode::forbidden, "x"}, "WWW-Authenticate") == "none");
  CHECK(header({ErrorCode::overloaded, "x"}, "Retry-After") == "1");
  CHECK(header({ErrorCode::timeout, "x"}, "Retry-After") == "1");
  CHECK(header(Error(ErrorCode::unavailable, "x").retry_after(std::chrono::seconds(7)),
               "Retry-After") == "7");
  CHECK(header({ErrorCode::outcome_unknown, "x"}, "Retry-After") == "none");
  const auto range =
      Error(ErrorCode::range_not_satisfiable, "x").with("content_range", "bytes */9");
  CHECK(header(range, "Content-Range") == "bytes */9");
  CHECK(problem_response(range, kContext).body.find("content_range") == std::string::npos);
}

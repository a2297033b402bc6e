#include "tests/strictness/answer.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace vitrine::strictness;

namespace {

std::string open_link(const std::string& panels, const std::string& more = "") {
  return R"({"share":{"title":"title 17","audience":"anyone","expires_at":null,"download":false},)"
         R"("recording":{"title":"Strictness","recorded_at":null},"media":[],"panels":{)" +
         panels + "}" + more + R"(,"renew_after":"2026-11-26T12:04:00.000Z"})";
}

std::string problem(const std::string& code) {
  return R"({"type":"http://127.0.0.1:8080/problems/)" + code +
         R"(","title":"Closed","status":410,)" + R"("detail":"It is.","code":")" + code +
         R"(","request_id":"r1"})";
}

Outcome outcome(int status, const std::string& body) { return seen_in(status, body)->outcome; }

}  // namespace

TEST_CASE("An open link tells its title, its panels and its session") {
  const std::string body = open_link(
      R"("summary":{"markdown":"text 3"},"notes":{"markdown":"text 4"})", R"(,"session":"abc_-")");
  const auto seen = seen_in(200, body);
  REQUIRE(seen);
  CHECK(seen->outcome == Outcome::open);
  CHECK(seen->title == 17);
  CHECK(seen->summary == 3);
  CHECK(seen->notes == 4);
  CHECK(seen->session);
  CHECK(session_in(body) == "abc_-");
}

TEST_CASE("A panel that is not there is told from one that says something else") {
  const auto hidden = seen_in(200, open_link(R"("notes":{"markdown":"text 4"})"));
  CHECK(hidden->outcome == Outcome::open);
  CHECK(hidden->summary == 0);
  CHECK_FALSE(hidden->session);
  for (const char* panel : {R"("summary":null)", R"("summary":{"markdown":"text"})",
                            R"("summary":{"markdown":"text 3x"})"}) {
    CHECK(outcome(200, open_link(panel)) == Outcome::unreadable);
  }
}

TEST_CASE("A closed link tells why by its status and its code") {
  CHECK(outcome(410, problem("link_revoked")) == Outcome::revoked);
  CHECK(outcome(403, problem("link_disabled")) == Outcome::disabled);
  CHECK(outcome(401, problem("passcode_required")) == Outcome::passcode_required);
  CHECK(outcome(401, problem("passcode_invalid")) == Outcome::passcode_invalid);
}

TEST_CASE("What fits no state of a link is unreadable") {
  CHECK(outcome(404, problem("link_not_found")) == Outcome::unreadable);
  CHECK(outcome(410, problem("recording_gone")) == Outcome::unreadable);
  CHECK(outcome(403, problem("link_revoked")) == Outcome::unreadable);
  CHECK(outcome(200, "{}") == Outcome::unreadable);
  CHECK(outcome(200, "") == Outcome::unreadable);
}

TEST_CASE("An answer that says not now says nothing about the link") {
  CHECK_FALSE(seen_in(503, problem("unavailable")));
  CHECK_FALSE(seen_in(429, problem("passcode_throttled")));
}

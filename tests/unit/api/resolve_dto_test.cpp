#include "api/resolve_dto.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::PanelKind;

namespace {

Faulty faults_in(const std::string& body) {
  return faults_of(failure_of([&] { read_resolve_request(body); }));
}

const core::Instant kThen = *core::parse_rfc3339("2026-11-20T10:14:00Z");

}  // namespace

TEST_CASE("a resolve needs a token and may narrow the panels", "[api][resolve]") {
  CHECK_FALSE(read_resolve_request(R"({"token":"abc"})").include.has_value());
  const auto request = read_resolve_request(R"({"token":"abc","include":["info","transcript"]})");
  CHECK(request.token == "abc");
  CHECK(request.include == std::vector{PanelKind::info, PanelKind::transcript});
  CHECK(read_resolve_request(R"({"token":"","include":[]})").include->empty());
}

TEST_CASE("a resolve that cannot be read is told why", "[api][resolve]") {
  CHECK(faults_in("{}") == Faulty{"/token required"});
  CHECK(faults_in(R"({"token":5})") == Faulty{"/token wrong_type"});
  CHECK(faults_in(R"({"token":null,"t":1})") == Faulty{"/token wrong_type", "/t unknown_field"});
  CHECK(faults_in(R"({"token":"x","include":["video",1]})") ==
        Faulty{"/include/0 invalid_format", "/include/1 wrong_type"});
}

TEST_CASE("panels go out exactly as they were stored", "[api][resolve]") {
  ResolvedShare share;
  share.window = {kThen, std::nullopt};
  share.recording_title = "Stand-up";
  share.media = {{core::MediaRole::audio, "audio/ogg", "https://x/media/a?b=1&c=2", kThen}};
  share.panels = {{PanelKind::summary, "{ \"markdown\" : \"</b>\", \"n\":1.10 }"}};
  share.renew_after = kThen;
  CHECK(to_json(share) ==
        R"({"share":{"title":"Stand-up","audience":"public",)"
        R"("starts_at":"2026-11-20T10:14:00.000Z","expires_at":null,"download":false},)"
        R"("recording":{"title":"Stand-up","recorded_at":null,"duration_ms":null},)"
        R"("media":[{"role":"audio","content_type":"audio/ogg","url":"https://x/media/a?b=1&c=2",)"
        R"("expires_at":"2026-11-20T10:14:00.000Z"}],)"
        R"("panels":{"summary":{ "markdown" : "</b>", "n":1.10 }},)"
        R"("renew_after":"2026-11-20T10:14:00.000Z"})");
}

TEST_CASE("a link that opens later says when", "[api][resolve]") {
  const auto error = closed({core::Verdict::link_not_started, kThen, std::nullopt});
  CHECK(error.code() == core::ErrorCode::link_not_started);
  REQUIRE(error.members().size() == 1);
  CHECK(error.members()[0].second == "2026-11-20T10:14:00.000Z");
}

TEST_CASE("every verdict but open has its own problem", "[api][resolve]") {
  using core::ErrorCode;
  using core::Verdict;
  const std::vector<std::pair<Verdict, ErrorCode>> expected = {
      {Verdict::link_not_found, ErrorCode::link_not_found},
      {Verdict::link_revoked, ErrorCode::link_revoked},
      {Verdict::link_disabled, ErrorCode::link_disabled},
      {Verdict::recording_gone, ErrorCode::recording_gone},
      {Verdict::link_not_started, ErrorCode::link_not_started},
      {Verdict::link_expired, ErrorCode::link_expired}};
  for (const auto& [verdict, code] : expected) {
    CHECK(closed({verdict, std::nullopt, std::nullopt}).code() == code);
  }
}

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

TEST_CASE("a body of a token alone is read as any other body", "[api][resolve]") {
  for (const char* const body :
       {R"({"token":"aB3_-"})", " { \"token\" :\r\n\t\"aB3_-\" } ", R"({"\u0074oken":"aB3_-"})",
        R"({"token":"aB3\u005f-"})", R"({"token":"aB3_-","include":[]})"}) {
    INFO(body);
    CHECK(read_resolve_request(body).token == "aB3_-");
  }
  for (const char* const body :
       {R"({"token":"aB3_-"}})", R"({"token":"aB3_-"} x)", R"({"token":"aB3_-",})",
        R"({"token":"aB3_-")", R"({"token":"aB3_-)", R"({"token":)", R"({"token")", R"({"to)", "{",
        "", R"("token":"aB3_-")", R"({"token":"aB3_-","token":"aB3_-"})", R"([{"token":"aB3_-"}])",
        "\xEF\xBB\xBF{}"}) {
    INFO(body);
    CHECK_THROWS_AS(read_resolve_request(body), core::Error);
  }
  CHECK(faults_in(R"({"token":"aB3_-","x":1})") == Faulty{"/x unknown_field"});
  CHECK(faults_in("{\"token\":\"aB3_-\\u0000\"}") == Faulty{"/token invalid_format"});
}

TEST_CASE("a resolve that cannot be read is told why", "[api][resolve]") {
  CHECK(faults_in("{}") == Faulty{"/token required"});
  CHECK(faults_in(R"({"token":5})") == Faulty{"/token wrong_type"});
  CHECK(faults_in(R"({"token":null,"t":1})") == Faulty{"/token wrong_type", "/t unknown_field"});
  CHECK(faults_in(R"({"token":"x","include":["video",1]})") ==
        Faulty{"/include/0 invalid_format", "/include/1 wrong_type"});
}

TEST_CASE("a resolve may bring what it has been given", "[api][resolve]") {
  const auto request =
      read_resolve_request(R"({"token":"t","passcode":"p","session":"s","viewer_token":"v",)"
                           R"("viewer":{"time_zone":"Europe/Berlin"}})");
  CHECK(request.passcode == "p");
  CHECK(request.session == "s");
  CHECK(request.viewer_token == "v");
  const auto bare =
      read_resolve_request(R"({"token":"t","passcode":null,"session":null,"viewer_token":null,)"
                           R"("viewer":{"time_zone":null}})");
  CHECK_FALSE(bare.passcode);
  CHECK_FALSE(bare.session);
  CHECK_FALSE(bare.viewer_token);
  CHECK_FALSE(read_resolve_request(R"({"token":"t","viewer":{}})").passcode);
  CHECK(faults_in(R"({"token":"t","passcode":1,"session":{},"viewer_token":[]})") ==
        Faulty{"/passcode wrong_type", "/session wrong_type", "/viewer_token wrong_type"});
  CHECK(faults_in(R"({"token":"t","viewer":null})") == Faulty{"/viewer wrong_type"});
  CHECK(faults_in(R"({"token":"t","viewer":{"name":"x"}})") ==
        Faulty{"/viewer/name unknown_field"});
}

TEST_CASE("a time zone has the shape of a name of the IANA", "[api][resolve]") {
  const auto faults = [](const std::string& name) {
    return faults_in(R"({"token":"t","viewer":{"time_zone":")" + name + R"("}})");
  };
  const auto accepted = [](const std::string& name) {
    read_resolve_request(R"({"token":"t","viewer":{"time_zone":")" + name + R"("}})");
    return true;
  };
  for (const char* const name : {"UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires",
                                 "America/Port-au-Prince", "EST5EDT"}) {
    CHECK(accepted(name));
  }
  CHECK(accepted(std::string(64, 'a')));
  const Faulty wrong{"/viewer/time_zone invalid_format"};
  for (const char* const name : {"", "/", "Europe/", "/Berlin", "Europe//Berlin", "5", "Europe/5",
                                 "Europe Berlin", "../etc", "Europe/Berlin\\n", "\u00e9"}) {
    INFO(name);
    CHECK(faults(name) == wrong);
  }
  CHECK(faults(std::string(65, 'a')) == wrong);
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

TEST_CASE("a clip, comments and a session are there when there are any", "[api][resolve]") {
  ResolvedShare share;
  share.window = {kThen, std::nullopt};
  share.audience = core::Audience::workspace;
  share.clip = core::Clip{12500, 18000};
  share.comments.emplace();
  share.comments->push_back({61000, "See <this>", "Ada", kThen});
  share.comments->push_back({std::nullopt, "Bye", std::nullopt, kThen});
  share.recording_title = "Stand-up";
  share.session = "sealed";
  share.renew_after = kThen;
  CHECK(to_json(share) ==
        R"({"share":{"title":"Stand-up","audience":"workspace",)"
        R"("starts_at":"2026-11-20T10:14:00.000Z","expires_at":null,"download":false,)"
        R"("clip":{"start_ms":12500,"end_ms":18000},"comments":[)"
        R"({"at_ms":61000,"body":"See \u003cthis>","author":"Ada",)"
        R"("created_at":"2026-11-20T10:14:00.000Z"},)"
        R"({"at_ms":null,"body":"Bye","author":null,"created_at":"2026-11-20T10:14:00.000Z"}]},)"
        R"("recording":{"title":"Stand-up","recorded_at":null,"duration_ms":null},)"
        R"("media":[],"panels":{},"session":"sealed","clip_enforced":false,)"
        R"("renew_after":"2026-11-20T10:14:00.000Z"})");
  share.comments->clear();
  CHECK(to_json(share).find(R"("comments":[])") != std::string::npos);
  share.comments.reset();
  CHECK(to_json(share).find("comments") == std::string::npos);
}

TEST_CASE("a link that opens later says when", "[api][resolve]") {
  const auto error = closed({.verdict = core::Verdict::link_not_started, .starts_at = kThen});
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
      {Verdict::link_expired, ErrorCode::link_expired},
      {Verdict::viewer_required, ErrorCode::viewer_required},
      {Verdict::viewer_not_member, ErrorCode::viewer_not_member},
      {Verdict::passcode_required, ErrorCode::passcode_required},
      {Verdict::passcode_invalid, ErrorCode::passcode_invalid},
      {Verdict::passcode_throttled, ErrorCode::passcode_throttled},
      {Verdict::link_used_up, ErrorCode::link_used_up}};
  CHECK(expected.size() == core::kVerdictCount - 1);
  for (const auto& [verdict, code] : expected) {
    CHECK(closed({verdict}).code() == code);
  }
}

TEST_CASE("a throttled passcode says how long to wait", "[api][resolve]") {
  const auto error =
      closed({.verdict = core::Verdict::passcode_throttled, .pause = std::chrono::seconds(30)});
  CHECK(error.retry_after() == std::chrono::seconds(30));
}

TEST_CASE("what is not to be told is told as a link that never was", "[api][resolve]") {
  const core::Error never = closed({core::Verdict::link_not_found});
  for (int i = 0; i < core::kVerdictCount; ++i) {
    const core::Error hidden = closed({.verdict = static_cast<core::Verdict>(i),
                                       .disclosed = false,
                                       .starts_at = kThen,
                                       .pause = std::chrono::seconds(30)});
    CHECK(hidden.code() == never.code());
    CHECK(std::string(hidden.what()) == never.what());
    CHECK(hidden.members().empty());
    CHECK_FALSE(hidden.retry_after());
  }
}

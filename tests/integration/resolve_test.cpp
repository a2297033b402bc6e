#include <catch2/catch.hpp>
#include <future>

#include "service/clock.hpp"
#include "service/resolver/download_name.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::Flag;
using core::PanelKind;
using core::Verdict;
using std::chrono::minutes;
using std::chrono::seconds;
using test::TestService;

namespace {

constexpr std::array kOnePanelOfEach = core::kPanelKinds;

std::string marker_of(PanelKind kind) {
  return "marker-" + std::string(core::to_text(kind)) + "-marker";
}

// Every panel kind with a text that can be found again wherever it leaks to.
core::RecordingDraft a_marked_recording() {
  core::RecordingDraft draft = test::a_recording("Demo");
  draft.media = {test::an_audio("a", "demo/a.ogg")};
  for (const PanelKind kind : kOnePanelOfEach) {
    draft.panels.push_back({kind, "{ \"m\":\"" + marker_of(kind) + "\" }"});
  }
  return draft;
}

core::Share a_share_showing(TestService& service, std::vector<Flag> shown) {
  core::ShareDraft draft = test::a_share_of("r");
  for (const Flag flag : core::kFlags) {
    draft.visibility.emplace_back(flag, std::ranges::find(shown, flag) != shown.end());
  }
  return service.shares.create(service.me, draft);
}

std::vector<PanelKind> kinds_in(const Resolution& resolution) {
  std::vector<PanelKind> kinds;
  for (const auto& panel : resolution.share.value().panels) {
    kinds.push_back(panel.kind);
  }
  return kinds;
}

core::Share a_share_until(TestService& service, std::optional<core::Instant> end) {
  core::ShareDraft draft = test::a_share_of("r");
  draft.window.end = end ? core::WindowEnd(*end) : core::WindowEnd(core::Permanent{});
  return service.shares.create(service.me, draft);
}

}  // namespace

TEST_CASE("an open link shows what the sharer made visible, each panel as it was given") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const core::Share share = a_share_showing(service, {Flag::transcript, Flag::notes});
  const Resolution resolution = service.resolve(share);
  CHECK(resolution.verdict == Verdict::open);
  REQUIRE(resolution.share);
  CHECK(kinds_in(resolution) == std::vector{PanelKind::transcript, PanelKind::notes});
  CHECK(resolution.share->panels[1].json == "{ \"m\":\"marker-notes-marker\" }");
  CHECK(resolution.share->recording_title == "Demo");
  CHECK_FALSE(resolution.share->share_title);
  REQUIRE(resolution.share->media.size() == 1);
  CHECK(resolution.share->media[0].url.starts_with("signed:demo/a.ogg?type=audio/ogg&download=-"));
}

// For each kind alone: the other six must not be in anything that came back.
TEST_CASE("a hidden panel is nowhere in the answer, whatever is asked for") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const std::vector<PanelKind> everything(kOnePanelOfEach.begin(), kOnePanelOfEach.end());
  for (const PanelKind shown : kOnePanelOfEach) {
    const core::Share share = a_share_showing(service, {core::flag_of(shown)});
    CHECK(kinds_in(service.resolve(share)) == std::vector{shown});
    CHECK(kinds_in(service.resolve(share, everything)) == std::vector{shown});
  }
  CHECK(kinds_in(service.resolve(a_share_showing(service, {Flag::comments}))).empty());
}

TEST_CASE("include narrows the visible panels and never widens them") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const core::Share share = a_share_showing(service, {Flag::transcript, Flag::summary});
  CHECK(kinds_in(service.resolve(share, std::vector{PanelKind::summary, PanelKind::console})) ==
        std::vector{PanelKind::summary});
  CHECK(kinds_in(service.resolve(share, std::vector<PanelKind>{})).empty());
  CHECK(service.resolve(share, std::vector<PanelKind>{}).share->media.size() == 1);
}

TEST_CASE("a toggled panel is there, or gone, for the very next resolve") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const core::Share share = a_share_showing(service, {Flag::summary});
  for (const bool on : {false, true, false, true}) {
    core::SharePatch patch{.title = {},
                           .label = {},
                           .metadata = {},
                           .visibility = {},
                           .window = {},
                           .expected_version = {}};
    patch.visibility = {{Flag::summary, on}};
    service.shares.update(service.me, share.id, patch);
    CHECK(kinds_in(service.resolve(share)).size() == (on ? 1 : 0));
  }
}

TEST_CASE("a link that does not open carries nothing of its recording") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const core::Share share = a_share_showing(service, {Flag::transcript});
  service.shares.disable(service.me, share.id, std::nullopt);
  const Resolution resolution = service.resolve(share);
  CHECK(resolution.verdict == Verdict::link_disabled);
  CHECK_FALSE(resolution.share);
  CHECK_FALSE(resolution.starts_at);
}

TEST_CASE("a link that opens later says when") {
  TestService service;
  service.given_recording("r");
  core::ShareDraft draft = test::a_share_of("r");
  draft.window.starts_at = wall_clock_now() + minutes(10);
  const core::Share share = service.shares.create(service.me, draft);
  const Resolution resolution = service.resolve(share);
  CHECK(resolution.verdict == Verdict::link_not_started);
  CHECK(resolution.starts_at == share.granted.window.starts_at);
}

TEST_CASE("a genuine token of a link that is not there, or of another key, finds nothing") {
  TestService service;
  core::Share share = service.given_share_of("r");
  share.links[0].kid = 8;
  CHECK(service.verdict_of(share) == Verdict::link_not_found);
  share.links[0] = {new_id<core::LinkId>(), 7};
  CHECK(service.verdict_of(share) == Verdict::link_not_found);
}

TEST_CASE("a recording past its own end closes its links, and nothing else does it to it") {
  TestService service;
  core::RecordingDraft draft = test::a_recording();
  draft.expires_at = wall_clock_now() - seconds(1);
  service.given_recording("r", draft);
  const core::Share share = a_share_until(service, std::nullopt);
  CHECK(service.verdict_of(share) == Verdict::recording_gone);
  draft.expires_at.reset();
  service.given_recording("r", draft);
  CHECK(service.verdict_of(share) == Verdict::open);
}

TEST_CASE("a link closes by itself at its end, to the instant of the database") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const core::Instant end = wall_clock_now() + std::chrono::milliseconds(300);
  const core::Share share = a_share_until(service, end);
  while (service.verdict_of(share) == Verdict::open) {
    CHECK(wall_clock_now() < end + std::chrono::milliseconds(50));
  }
  CHECK(wall_clock_now() >= share.granted.window.expires_at);
  CHECK(service.verdict_of(share) == Verdict::link_expired);
}

TEST_CASE("a media URL lives five minutes, and never longer than its link or recording") {
  TestService service;
  core::RecordingDraft draft = a_marked_recording();
  service.given_recording("r", draft);
  const auto lifetime_of = [&](const core::Share& share) {
    const Resolution resolution = service.resolve(share);
    return resolution.share->media.at(0).expires_at - wall_clock_now();
  };
  CHECK(lifetime_of(a_share_until(service, std::nullopt)) <= minutes(5));
  CHECK(lifetime_of(a_share_until(service, std::nullopt)) > minutes(5) - seconds(3));
  const core::Share soon = a_share_until(service, wall_clock_now() + minutes(2));
  CHECK(service.resolve(soon).share->media.at(0).expires_at <= *soon.granted.window.expires_at);
  CHECK(lifetime_of(soon) > minutes(2) - seconds(3));
  draft.expires_at = wall_clock_now() + minutes(1);
  service.given_recording("r", draft);
  CHECK(lifetime_of(soon) <= minutes(1));
}

TEST_CASE("renew_after leaves time before the URLs end, and never lies past the link's end") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const auto lead_of = [&](const core::Share& share) {
    const Resolution resolution = service.resolve(share);
    return resolution.share->media.at(0).expires_at - resolution.share->renew_after;
  };
  CHECK(lead_of(a_share_until(service, std::nullopt)) > seconds(55));
  const core::Share soon = a_share_until(service, wall_clock_now() + seconds(10));
  CHECK(lead_of(soon) > seconds(0));
  CHECK(service.resolve(soon).share->renew_after < *soon.granted.window.expires_at);
}

TEST_CASE("a file name is granted only where download is allowed") {
  TestService service;
  service.given_recording("r", a_marked_recording());
  const Resolution shown = service.resolve(a_share_showing(service, {Flag::download}));
  CHECK(shown.share->download);
  CHECK_THAT(shown.share->media.at(0).url, Catch::Matchers::Contains("&download=Demo.ogg&"));
  const Resolution hidden = service.resolve(a_share_showing(service, {}));
  CHECK_FALSE(hidden.share->download);
  CHECK_THAT(hidden.share->media.at(0).url, Catch::Matchers::Contains("&download=-&"));
}

TEST_CASE("a download name is safe for file systems and headers") {
  CHECK(download_name("Weekly", "audio/mpeg") == "Weekly.mp3");
  CHECK(download_name("../../etc/passwd", "video/mp4") == "_.._etc_passwd.mp4");
  CHECK(download_name("a\r\nb\"c\\d", "text/vtt") == "a__b_c_d.vtt");
  CHECK(download_name("x\u202Egpj", "image/png") == "xgpj.png");
  CHECK(download_name("...", "audio/ogg") == "recording.ogg");
  CHECK(download_name("", "what/ever") == "recording.bin");
  std::string umlauts;
  for (int i = 0; i < 100; ++i) {
    umlauts += "ü";
  }
  CHECK(download_name("x" + umlauts, "audio/wav") == "x" + umlauts.substr(0, 118) + ".wav");
}

TEST_CASE("a resolve while the database is away fails as unavailable") {
  TestService service;
  ReadHosts nowhere(service.pool, "host=/nowhere user=x dbname=x", "");
  Resolver resolver({service.pool, nowhere, service.workers, service.hashers, service.passcodes,
                     service.issuers, service.media, service.tools().sessions, minutes(5)});
  std::promise<std::optional<core::ErrorCode>> answer;
  resolver.resolve(
      {.token = {new_id<core::LinkId>(), 7}}, [&](const Resolution&) { answer.set_value({}); },
      [&](const std::exception_ptr& fault) {
        answer.set_value(test::fault_of([&] { std::rethrow_exception(fault); }));
      });
  CHECK(answer.get_future().get() == core::ErrorCode::unavailable);
}

#include <catch2/catch.hpp>

#include "service/clock.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::PanelKind;
using test::an_audio;
using test::fault_of;
using test::recording_id;

namespace {

core::RecordingDraft a_full_recording() {
  core::RecordingDraft draft = test::a_recording("Quarterly \"review\" ✓");
  draft.recorded_at = core::parse_rfc3339("2026-03-01T09:30:00.250Z");
  draft.duration_ms = 9007199254740991;
  draft.owner = core::Owner{"u-1", std::nullopt, "a@example.com"};
  draft.media = {an_audio("b", "2026/b.ogg"), an_audio("a", "2026/a.ogg")};
  draft.media[1].bytes = std::nullopt;
  draft.media[1].role = core::MediaRole::captions;
  draft.panels = {{PanelKind::notes, R"({"markdown":"n"})"},
                  {PanelKind::transcript, R"({ "segments" : [] })"}};
  draft.expires_at = core::parse_rfc3339("9999-12-31T23:59:59Z");
  return draft;
}

std::string document(std::int64_t bytes) { return '"' + std::string(bytes - 2, 'x') + '"'; }

}  // namespace

TEST_CASE("a recording is read back as it was registered") {
  test::TestService service;
  const core::RecordingDraft draft = a_full_recording();
  const auto put = service.recordings.put(service.me, recording_id("r:1"), draft);
  CHECK(put.created);
  const core::Recording read = service.recordings.get(service.me, recording_id("r:1"));
  CHECK(read.id.text() == "r:1");
  CHECK(read.title == draft.title);
  CHECK(read.recorded_at == draft.recorded_at);
  CHECK(read.duration_ms == draft.duration_ms);
  CHECK(read.owner == draft.owner);
  CHECK(read.media == draft.media);
  CHECK(read.expires_at == draft.expires_at);
  CHECK(read.version == 1);
  CHECK(read.created_at == read.updated_at);
  REQUIRE(read.panels.size() == 2);
  CHECK(read.panels[0].kind == PanelKind::transcript);
  CHECK(read.panels[0].bytes == 19);
  CHECK(put.recording.media == draft.media);
}

TEST_CASE("an owner of whom nothing is known is told from no owner") {
  test::TestService service;
  core::RecordingDraft draft = test::a_recording();
  CHECK_FALSE(service.given_recording("r", draft).owner);
  draft.owner = core::Owner{};
  CHECK(service.given_recording("r", draft).owner == core::Owner{});
}

TEST_CASE("registering again replaces everything, raises the version and keeps the shares") {
  test::TestService service;
  service.given_recording("r", a_full_recording());
  const core::Share share = service.given_share_of("r");
  core::RecordingDraft other = test::a_recording("Other");
  other.media = {an_audio("c", "c.ogg")};

  const auto put = service.recordings.put(service.me, recording_id("r"), other);

  CHECK_FALSE(put.created);
  CHECK(put.recording.version == 2);
  CHECK(put.recording.title == "Other");
  CHECK_FALSE(put.recording.owner);
  CHECK_FALSE(put.recording.recorded_at);
  CHECK_FALSE(put.recording.expires_at);
  CHECK(put.recording.media == other.media);
  CHECK(put.recording.panels.empty());
  const Resolution resolution = service.resolve(share);
  REQUIRE(resolution.share);
  CHECK(resolution.share->recording_title == "Other");
  CHECK(resolution.share->media.size() == 1);
}

TEST_CASE("a deleted recording is gone with its content, and its links say so") {
  test::TestService service;
  service.given_recording("r", a_full_recording());
  const core::Share share = service.given_share_of("r");

  service.recordings.remove(service.me, recording_id("r"));

  CHECK(service.verdict_of(share) == core::Verdict::recording_gone);
  CHECK(fault_of([&] { service.recordings.get(service.me, recording_id("r")); }) ==
        ErrorCode::not_found);
  CHECK(fault_of([&] { service.recordings.remove(service.me, recording_id("r")); }) ==
        ErrorCode::not_found);
  CHECK(service.recordings.list(service.me, {}).items.empty());
  CHECK(service.database.count("SELECT count(*) FROM media_object") == 0);
  CHECK(service.database.count("SELECT count(*) FROM panel") == 0);
  CHECK(service.database.run("SELECT title || coalesce(owner_email, '') FROM recording").empty());
  CHECK(service.shares.get(service.me, share.id).recording_id.text() == "r");
}

TEST_CASE("registering a deleted id again makes a new recording and revives no link") {
  test::TestService service;
  const core::Share old_share = service.given_share_of("r");
  service.recordings.remove(service.me, recording_id("r"));
  const auto put = service.recordings.put(service.me, recording_id("r"), a_full_recording());
  CHECK(put.created);
  CHECK(put.recording.version == 1);
  CHECK(service.verdict_of(old_share) == core::Verdict::recording_gone);
  CHECK(service.verdict_of(service.given_share_of("r")) == core::Verdict::open);
  CHECK(service.shares.list(service.me, {}, {.recording = recording_id("r")}).items.size() == 1);
}

TEST_CASE("a recording that nobody registered cannot be read, deleted or given a panel") {
  test::TestService service;
  const auto id = recording_id("nobody");
  CHECK(fault_of([&] { service.recordings.get(service.me, id); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { service.recordings.remove(service.me, id); }) == ErrorCode::not_found);
  CHECK(fault_of([&] {
          service.recordings.put_panel(service.me, id, {PanelKind::notes, "{}"});
        }) == ErrorCode::not_found);
}

TEST_CASE("a panel is given back exactly as it was given") {
  test::TestService service;
  service.given_recording("r");
  const auto id = recording_id("r");
  const std::string text = "{ \"b\" : 1.50 ,\n\t\"a\":\"\\u00e9\\/é\", \"a\": 1E2 }";
  CHECK(service.recordings.put_panel(service.me, id, {PanelKind::summary, text}));
  CHECK(service.recordings.get_panel(service.me, id, PanelKind::summary).json == text);
  CHECK_FALSE(service.recordings.put_panel(service.me, id, {PanelKind::summary, "{}"}));
  CHECK(service.recordings.get_panel(service.me, id, PanelKind::summary).json == "{}");

  const auto read = service.recordings.get(service.me, id);
  CHECK(read.version == 3);
  CHECK(read.panels.at(0).bytes == 2);
}

TEST_CASE("a removed panel is gone, and removing it again is refused without a new version") {
  test::TestService service;
  service.given_recording("r", a_full_recording());
  const auto id = recording_id("r");
  service.recordings.remove_panel(service.me, id, PanelKind::notes);
  CHECK(fault_of([&] { service.recordings.get_panel(service.me, id, PanelKind::notes); }) ==
        ErrorCode::not_found);
  CHECK(fault_of([&] { service.recordings.remove_panel(service.me, id, PanelKind::notes); }) ==
        ErrorCode::not_found);
  CHECK(service.recordings.get(service.me, id).version == 2);
}

TEST_CASE("a panel of 8 MiB fits, one byte more does not") {
  test::TestService service;
  service.given_recording("r");
  const auto put = [&](std::int64_t bytes) {
    return fault_of([&] {
      service.recordings.put_panel(service.me, recording_id("r"),
                                   {PanelKind::console, document(bytes)});
    });
  };
  CHECK_FALSE(put(core::kMaxPanelBytes));
  CHECK(put(core::kMaxPanelBytes + 1) == ErrorCode::content_too_large);
  CHECK(
      service.recordings.get_panel(service.me, recording_id("r"), PanelKind::console).json.size() ==
      core::kMaxPanelBytes);
}

TEST_CASE("all panels of a recording together have at most 32 MiB") {
  test::TestService service;
  core::RecordingDraft draft = test::a_recording();
  for (const PanelKind kind :
       {PanelKind::transcript, PanelKind::console, PanelKind::network, PanelKind::actions}) {
    draft.panels.push_back({kind, document(core::kMaxPanelBytes)});
  }
  service.given_recording("r", draft);
  const auto id = recording_id("r");
  CHECK(fault_of([&] {
          service.recordings.put_panel(service.me, id, {PanelKind::notes, "{}"});
        }) == ErrorCode::content_too_large);
  // Replacing one of them counts the new one only.
  CHECK_FALSE(service.recordings.put_panel(service.me, id, {PanelKind::actions, "{}"}));
  draft.panels.push_back({PanelKind::notes, "{}"});
  CHECK(fault_of([&] { service.given_recording("r", draft); }) == ErrorCode::content_too_large);
}

TEST_CASE("a hundred media objects keep their order and their odd names") {
  test::TestService service;
  core::RecordingDraft draft = test::a_recording();
  for (int i = 0; i < 100; ++i) {
    const std::string number = std::to_string(99 - i);
    draft.media.push_back(an_audio("m" + number, "it's \"{,}\" ü/" + number));
  }
  CHECK(service.given_recording("r", draft).media == draft.media);
}

#include "api/recording_dto.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

Faulty faults_in(const std::string& body) {
  return faults_of(failure_of([&] { read_recording_draft(body); }));
}

std::string with_media(const std::string& object) {
  return R"({"title":"t","media":[)" + object + "]}";
}

}  // namespace

TEST_CASE("a recording is read with all its parts", "[api][recordings]") {
  const auto draft = read_recording_draft(R"({
      "title": "Stand-up", "recorded_at": "2026-11-20T10:00:00+01:00", "duration_ms": 68000,
      "owner": {"id": "u-17", "name": null, "email": "ada@example.com"},
      "media": [{"id": "audio", "role": "audio", "content_type": "audio/ogg",
                 "key": "meetings/standup.ogg", "bytes": 412345}],
      "panels": {"summary": { "markdown":"**x**" , "mine": 1.10 }},
      "expires_at": null})");
  CHECK(draft.title == "Stand-up");
  CHECK(core::format_rfc3339(draft.recorded_at.value()) == "2026-11-20T09:00:00.000Z");
  CHECK(draft.duration_ms == 68000);
  CHECK(draft.owner == core::Owner{"u-17", std::nullopt, "ada@example.com"});
  REQUIRE(draft.media.size() == 1);
  CHECK(draft.media[0].key.text() == "meetings/standup.ogg");
  REQUIRE(draft.panels.size() == 1);
  CHECK(draft.panels[0].json == R"({ "markdown":"**x**" , "mine": 1.10 })");
  CHECK_FALSE(draft.expires_at.has_value());
}

TEST_CASE("a title is all that a recording needs", "[api][recordings]") {
  CHECK(read_recording_draft(R"({"title":"t"})").media.empty());
  CHECK(faults_in("{}") == Faulty{"/title required"});
  CHECK(faults_in(R"({"title":null})") == Faulty{"/title wrong_type"});
  CHECK(faults_in(R"({"title":" "})") == Faulty{"/title out_of_range"});
}

TEST_CASE("what an answer shows may be sent back", "[api][recordings]") {
  CHECK_NOTHROW(read_recording_draft(
      R"({"title":"t","id":"x","created_at":"y","updated_at":1,"version":2,"owner":null,
          "recorded_at":null,"duration_ms":null,"media":[],"panels":{}})"));
}

TEST_CASE("every fault of a recording is told at once", "[api][recordings]") {
  CHECK(faults_in(R"({"titel":"x","duration_ms":1.0,"owner":{"mail":1},
                      "media":[{"id":"a b","role":"film","content_type":"text/html",
                                "key":"../x","bytes":-1,"url":"u"},7],
                      "panels":{"transcript":{"segments":[{"start_ms":5,"end_ms":4}]},
                                "slides":{}},
                      "expires_at":"tomorrow"})") ==
        Faulty{"/title required", "/duration_ms wrong_type", "/owner/mail unknown_field",
               "/media/0/id invalid_format", "/media/0/role invalid_format",
               "/media/0/content_type invalid_format", "/media/0/key invalid_format",
               "/media/0/bytes out_of_range", "/media/0/url unknown_field", "/media/1 wrong_type",
               "/panels/transcript/segments/0/end_ms out_of_range",
               "/panels/transcript/segments/0/text required", "/panels/slides unknown_field",
               "/expires_at invalid_format", "/titel unknown_field"});
}

TEST_CASE("media ids are unique within a recording", "[api][recordings]") {
  const std::string object =
      R"({"id":"a","role":"audio","content_type":"audio/ogg","key":"k.ogg"})";
  CHECK(faults_in(with_media(object + "," + object)) == Faulty{"/media/1/id duplicate"});
}

TEST_CASE("a key that leaves the media store is refused", "[api][recordings]") {
  for (const std::string key : {"/etc/passwd", "a/../b", "https://x/y", "a\\\\b", "a//b", ""}) {
    INFO(key);
    CHECK(faults_in(with_media(R"({"id":"a","role":"audio","content_type":"audio/ogg","key":")" +
                               key + "\"}")) == Faulty{"/media/0/key invalid_format"});
  }
}

TEST_CASE("a recording has at most 100 media objects", "[api][recordings]") {
  std::string list;
  for (int i = 0; i < 101; ++i) {
    list += (i == 0 ? "" : ",") + std::string(R"({"id":")") + std::to_string(i) +
            R"(","role":"audio","content_type":"audio/ogg","key":"k.ogg"})";
  }
  CHECK(faults_in(with_media(list)) == Faulty{"/media out_of_range"});
}

TEST_CASE("a panel may weigh 8 MiB and no more", "[api][recordings]") {
  const std::string frame = R"({"title":"t","panels":{"notes":{"markdown":""}}})";
  const std::size_t at = frame.find("\"\"}}}") + 1;
  const std::size_t room = core::kMaxPanelBytes - std::string(R"({"markdown":""})").size();
  std::string fits = frame;
  fits.insert(at, room, 'x');
  CHECK_NOTHROW(read_recording_draft(fits));
  CHECK(faults_in(fits.insert(at, "x")) == Faulty{"/panels/notes out_of_range"});
}

TEST_CASE("a recording shows what is absent as null", "[api][recordings]") {
  const core::Instant then = *core::parse_rfc3339("2026-11-20T10:14:00Z");
  const core::Recording recording{*core::RecordingId::parse("r"),      "t", {},   {},   {}, {},
                                  {{core::PanelKind::info, 12, then}}, {},  then, then, 3};
  CHECK(to_json(recording) ==
        R"({"id":"r","title":"t","recorded_at":null,"duration_ms":null,"owner":null,"media":[],)"
        R"("panels":{"info":{"bytes":12,"updated_at":"2026-11-20T10:14:00.000Z"}},)"
        R"("expires_at":null,"created_at":"2026-11-20T10:14:00.000Z",)"
        R"("updated_at":"2026-11-20T10:14:00.000Z","version":3})");
}

TEST_CASE("a patch of a recording tells leaving alone from clearing", "[api][recordings]") {
  const auto nothing = read_recording_patch(R"({"id":"x","version":9})");
  CHECK_FALSE(nothing.title.has_value());
  CHECK_FALSE(nothing.recorded_at.has_value());
  CHECK_FALSE(nothing.duration_ms.has_value());
  CHECK_FALSE(nothing.owner.has_value());
  CHECK_FALSE(nothing.media.has_value());
  CHECK_FALSE(nothing.expires_at.has_value());
  const auto cleared = read_recording_patch(
      R"({"recorded_at":null,"duration_ms":null,"owner":null,"media":[],"expires_at":null})");
  CHECK(cleared.recorded_at == std::make_optional(std::optional<core::Instant>()));
  CHECK(cleared.duration_ms == std::make_optional(std::optional<std::int64_t>()));
  REQUIRE(cleared.owner.has_value());
  CHECK_FALSE(cleared.owner->has_value());
  REQUIRE(cleared.media.has_value());
  CHECK(cleared.media->empty());
  CHECK(cleared.expires_at == std::make_optional(std::optional<core::Instant>()));
}

TEST_CASE("an owner is patched member by member", "[api][recordings]") {
  const auto patch = read_recording_patch(R"({"owner":{"name":null,"email":"a@example.com"}})");
  REQUIRE(patch.owner.has_value());
  REQUIRE(patch.owner->has_value());
  const core::OwnerPatch& owner = **patch.owner;
  CHECK_FALSE(owner.id.has_value());
  CHECK(owner.name == std::make_optional(std::optional<std::string>()));
  CHECK(owner.email == std::make_optional(std::optional<std::string>("a@example.com")));
}

TEST_CASE("every fault of a recording's patch is told at once", "[api][recordings]") {
  CHECK(faults_of(failure_of([] {
          read_recording_patch(R"({"title":null,"duration_ms":-1,"owner":{"phone":1},
                                   "media":null,"panels":{},"colour":1})");
        })) == Faulty{"/title wrong_type", "/duration_ms out_of_range",
                      "/owner/phone unknown_field", "/media wrong_type", "/panels read_only_field",
                      "/colour unknown_field"});
}

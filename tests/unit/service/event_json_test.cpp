#include "service/jobs/event_json.hpp"

#include <catch2/catch.hpp>

using namespace vitrine;

namespace {

template <class Id>
Id id(std::uint8_t last) {
  core::Uuid uuid;
  uuid.bytes.back() = last;
  return Id(uuid);
}

core::Event event(core::EventType type, core::EventSubject subject) {
  return {id<core::EventId>(1), id<core::WorkspaceId>(2), type,
          core::Instant(std::chrono::milliseconds(1'764'000'000'123)), std::move(subject)};
}

}  // namespace

TEST_CASE("an event names what it is about, and nothing else", "[service][event_json]") {
  CHECK(jobs::event_json(event(core::EventType::policy_updated, {})) ==
        R"({"id":"evt_00000000000000000000000001","type":"policy.updated",)"
        R"("timestamp":"2025-11-24T16:00:00.123Z","data":{}})");
  CHECK(jobs::event_json(event(core::EventType::share_revoked,
                               {.recording_id = "call \"7\"", .share = id<core::ShareId>(3)})) ==
        R"({"id":"evt_00000000000000000000000001","type":"share.revoked",)"
        R"("timestamp":"2025-11-24T16:00:00.123Z","data":{"recording_id":"call \"7\"",)"
        R"("share_id":"shr_00000000000000000000000003"}})");
}

TEST_CASE("every subject of an event has its member", "[service][event_json]") {
  const std::string text =
      jobs::event_json(event(core::EventType::webhook_disabled, {.recording_id = "r",
                                                                 .share = id<core::ShareId>(3),
                                                                 .link = id<core::LinkId>(4),
                                                                 .comment = id<core::CommentId>(5),
                                                                 .key = id<core::KeyId>(6),
                                                                 .webhook = id<core::WebhookId>(7),
                                                                 .reason = "gone"}));
  for (const char* member : {R"("recording_id":"r")", R"("share_id":"shr_)", R"("link_id":"lnk_)",
                             R"("comment_id":"cmt_)", R"("key_id":"key_)", R"("webhook_id":"whk_)",
                             R"("reason":"gone")"}) {
    INFO(member);
    CHECK(text.find(member) != std::string::npos);
  }
}

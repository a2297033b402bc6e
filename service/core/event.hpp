#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"

namespace vitrine::core {

// Everything that happens to what a workspace owns. An event tells a change of the one thing its
// type names: a share that is revoked takes its links with it, and each of them says so too.
enum class EventType {
  share_created,
  share_updated,
  share_enabled,
  share_disabled,
  share_revoked,
  share_started,  // a scheduled one came to its start
  share_expired,
  link_created,
  link_updated,
  link_revoked,
  link_rotated,  // another link took its place
  link_expired,  // with its share, or at the end of its time of grace
  link_opened,   // by a person, for the first time
  link_used_up,
  link_passcode_throttled,  // somebody goes on after five wrong passcodes
  comment_created,
  comment_updated,
  comment_deleted,
  recording_gone,  // reason: deleted or expired
  policy_updated,
  key_created,
  key_revoked,
  webhook_created,
  webhook_updated,
  webhook_deleted,
  webhook_enabled,
  webhook_disabled,  // reason: owner, gone or failing
  webhook_secret_rotated,
  webhook_test,  // sent on request to one endpoint, and in no feed
};
inline constexpr std::size_t kEventTypes = static_cast<std::size_t>(EventType::webhook_test) + 1;

std::string_view to_text(EventType type);  // "share.created"
std::optional<EventType> event_type(std::string_view text);

// What an event is about: ids alone. Content and tokens are no part of an event, because events
// leave by webhooks and are kept longer than what they tell of.
struct EventSubject {
  std::optional<std::string> recording_id = {};  // of a share, the store finds it
  std::optional<ShareId> share = {};
  std::optional<LinkId> link = {};
  std::optional<CommentId> comment = {};
  std::optional<KeyId> key = {};
  std::optional<WebhookId> webhook = {};
  std::optional<std::string> reason = {};  // a word of ours
  bool operator==(const EventSubject&) const = default;
};

// One that has just happened.
struct NewEvent {
  EventType type;
  EventSubject subject;
};

// One of the feed.
struct Event {
  EventId id;
  WorkspaceId workspace;
  EventType type;
  Instant occurred_at;
  EventSubject subject;
};

}  // namespace vitrine::core

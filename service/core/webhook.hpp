#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/event.hpp"
#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/webhook_signature.hpp"

namespace vitrine::core {

// Why an endpoint gets nothing.
enum class DisabledReason {
  owner,    // who owns it said so
  gone,     // it answered 410
  failing,  // nothing has arrived for days
};
std::string_view to_text(DisabledReason reason);
std::optional<DisabledReason> disabled_reason(std::string_view text);

// Where the events of a workspace are posted.
struct Webhook {
  WebhookId id;
  std::string url;
  std::optional<std::string> description;
  std::optional<std::vector<EventType>> event_types;  // absent: all
  WebhookSignature signature = WebhookSignature::v1;
  std::optional<DisabledReason> disabled = {};
  std::optional<Instant> disabled_at = {};
  std::optional<Instant> failing_since = {};   // of what was sent since, nothing has arrived
  std::optional<Instant> previous_until = {};  // so long the secret before signs too
  Instant created_at = {};
  Instant updated_at = {};
  std::int64_t version = 1;

  bool enabled() const { return !disabled; }
  bool operator==(const Webhook&) const = default;
};

struct WebhookDraft {
  std::string url;
  std::optional<std::string> description;
  std::optional<std::vector<EventType>> event_types;
  bool enabled = true;
  WebhookSignature signature = WebhookSignature::v1;
  std::optional<std::vector<std::uint8_t>> secret;  // absent: one is made
};

// Outer optional: named at all; inner: a value, or null to clear it.
struct WebhookPatch {
  std::optional<std::string> url;
  std::optional<std::optional<std::string>> description;
  std::optional<std::optional<std::vector<EventType>>> event_types;
  std::optional<bool> enabled;
  std::optional<WebhookSignature> signature;
  std::optional<std::int64_t> expected_version;  // from If-Match
};

struct SecretRotation {
  std::int64_t overlap_seconds = 86'400;
  std::optional<std::vector<std::uint8_t>> secret;  // absent: one is made
  std::optional<std::int64_t> expected_version;
};

inline constexpr int kMaxWebhooks = 50;  // of one workspace
inline constexpr std::int64_t kMaxOverlapSeconds = 604'800;

// Of one event to one endpoint. `pending` is not over: it waits, or is being sent.
enum class DeliveryState { pending, succeeded, failed };
std::string_view to_text(DeliveryState state);
std::optional<DeliveryState> delivery_state(std::string_view text);

struct DeliveryAttempt {
  int attempt;  // 1 is the first
  Instant at;
  std::int64_t took_ms;
  std::optional<int> status;            // of HTTP; absent: no answer came
  std::optional<std::string> error;     // a sentence; absent: the answer was complete
  std::optional<std::string> response;  // how the answer's body begins, as text
};

struct Delivery {
  DeliveryId id;
  EventId event;
  std::optional<EventType> type;  // absent: the event is no longer kept
  DeliveryState state;
  std::optional<Instant> next_attempt_at;
  Instant created_at;
  std::optional<Instant> finished_at;
  std::vector<DeliveryAttempt> attempts;
};

// What of an answer is kept to be shown: its first 1,024 bytes as text, with a replacement
// character (U+FFFD) for what is no UTF-8, and spaces for control characters.
std::string shown_text(std::string_view body);

}  // namespace vitrine::core

#include "service/core/event.hpp"

#include <algorithm>

namespace vitrine::core {
namespace {

// In the order of EventType.
constexpr std::array<std::string_view, kEventTypes> kTexts = {
    "share.created",
    "share.updated",
    "share.enabled",
    "share.disabled",
    "share.revoked",
    "share.started",
    "share.expired",
    "link.created",
    "link.updated",
    "link.revoked",
    "link.rotated",
    "link.expired",
    "link.opened",
    "link.used_up",
    "link.passcode_throttled",
    "comment.created",
    "comment.updated",
    "comment.deleted",
    "recording.gone",
    "policy.updated",
    "key.created",
    "key.revoked",
    "webhook.created",
    "webhook.updated",
    "webhook.deleted",
    "webhook.enabled",
    "webhook.disabled",
    "webhook.secret_rotated",
    "webhook.test",
};

}  // namespace

std::string_view to_text(EventType type) { return kTexts.at(static_cast<std::size_t>(type)); }

std::optional<EventType> event_type(std::string_view text) {
  const auto found = std::ranges::find(kTexts, text);
  return found == kTexts.end() ? std::nullopt
                               : std::optional(static_cast<EventType>(found - kTexts.begin()));
}

}  // namespace vitrine::core

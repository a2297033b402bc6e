#include "service/core/share.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {

std::string_view to_text(ShareState state) {
  switch (state) {
    case ShareState::scheduled:
      return "scheduled";
    case ShareState::active:
      return "active";
    case ShareState::expired:
      return "expired";
    case ShareState::disabled:
      return "disabled";
    case ShareState::revoked:
      return "revoked";
  }
  return "";
}

std::optional<ShareState> share_state(std::string_view text) {
  for (const ShareState state : {ShareState::scheduled, ShareState::active, ShareState::expired,
                                 ShareState::disabled, ShareState::revoked}) {
    if (to_text(state) == text) {
      return state;
    }
  }
  return std::nullopt;
}

bool is_alive(const Link& link, Instant now) {
  return !link.revoked_at && !(link.retires_at && now >= *link.retires_at);
}

Terms in_force(const Share& share) { return clamp(share.granted, share.policy); }

std::vector<PolicyRule> blocking_rules(const Share& share) {
  const bool somebody = std::ranges::any_of(
      share.links, [&](const Link& link) { return link.recipient && is_alive(link, share.now); });
  return closing_rules(share.policy, {share.has_passcode, share.clip.has_value(), somebody});
}

ShareState state_of(const Share& share) {
  if (share.revoked_at) {
    return ShareState::revoked;
  }
  if (share.disabled_at) {
    return ShareState::disabled;
  }
  const Window window = in_force(share).window;
  if (share.now < window.starts_at) {
    return ShareState::scheduled;
  }
  const bool over = window.expires_at && share.now >= *window.expires_at;
  return over ? ShareState::expired : ShareState::active;
}

}  // namespace vitrine::core

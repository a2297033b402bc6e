#pragma once

#include <string_view>
#include <vector>

#include "service/core/share.hpp"

namespace vitrine::core {

// What a policy makes of a share: what its members of these names show.
struct ShareUnderPolicy {
  Terms terms;
  ShareState state;
  std::vector<PolicyRule> blocked_by;
};

// A member of a share that another policy changes, and the rule that does it.
struct PolicyEffect {
  std::string_view field;  // audience, visibility, expires_at, tracking, state, blocked_by
  PolicyRule rule;
  bool operator==(const PolicyEffect&) const = default;
};

struct PolicyEffects {
  ShareUnderPolicy before, after;
  std::vector<PolicyEffect> changes;
};

// How a share changes when its policy, the one it was read with, becomes `then`. Of its links only
// a living one with a recipient matters here.
PolicyEffects policy_effects(const Share& share, const Policy& then);

// Neither revoked nor expired, under one policy or the other.
bool is_live(const PolicyEffects& effects);

}  // namespace vitrine::core

#include "service/core/policy_effects.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

ShareUnderPolicy under_policy(const Share& share) {
  return {in_force(share), state_of(share), blocking_rules(share)};
}

bool has(const std::vector<PolicyRule>& rules, PolicyRule rule) {
  return std::ranges::find(rules, rule) != rules.end();
}

bool is_over(ShareState state) {
  return state == ShareState::revoked || state == ShareState::expired;
}

}  // namespace

PolicyEffects policy_effects(const Share& share, const Policy& then) {
  Share later = share;
  later.policy = then;
  PolicyEffects effects{under_policy(share), under_policy(later), {}};
  const auto& [before, after, changes] = effects;
  for (const Adjustment& change : adjustments(before.terms, after.terms)) {
    effects.changes.push_back({change.field, change.rule});
  }
  if (before.state != after.state) {
    effects.changes.push_back({"state", PolicyRule::max_ttl_seconds});
  }
  for (const PolicyRule rule : {PolicyRule::require_passcode, PolicyRule::require_enforced_clip,
                                PolicyRule::require_recipient}) {
    if (has(before.blocked_by, rule) != has(after.blocked_by, rule)) {
      effects.changes.push_back({"blocked_by", rule});
    }
  }
  return effects;
}

bool is_live(const PolicyEffects& effects) {
  return !is_over(effects.before.state) || !is_over(effects.after.state);
}

}  // namespace vitrine::core

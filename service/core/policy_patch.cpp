#include "service/core/policy_patch.hpp"

namespace vitrine::core {
namespace {

void set_flags(Visibility& visibility, const std::vector<std::pair<Flag, bool>>& flags) {
  for (const auto& [flag, on] : flags) {
    visibility.set(flag, on);
  }
}

Policy with_rules_of(Policy rules, const Policy& before) {
  rules.link_url_template = before.link_url_template;
  rules.retention_days = before.retention_days;
  return rules;
}

std::string text_of(const std::optional<std::chrono::seconds>& lifetime) {
  return lifetime ? std::to_string(lifetime->count()) : "null, which is permanent";
}

}  // namespace

Policy patched(const Policy& policy, const PolicyPatch& patch) {
  Policy then = patch.preset ? with_rules_of(patch.preset->policy, policy) : policy;
  then.default_ttl = patch.default_ttl.value_or(then.default_ttl);
  then.max_ttl = patch.max_ttl.value_or(then.max_ttl);
  then.expired_is_final = patch.expired_is_final.value_or(then.expired_is_final);
  then.allow_public = patch.allow_public.value_or(then.allow_public);
  then.require_recipient = patch.require_recipient.value_or(then.require_recipient);
  then.require_passcode = patch.require_passcode.value_or(then.require_passcode);
  then.disclose_state = patch.disclose_state.value_or(then.disclose_state);
  then.require_enforced_clip = patch.require_enforced_clip.value_or(then.require_enforced_clip);
  set_flags(then.default_visibility, patch.default_visibility);
  set_flags(then.allowed_visibility, patch.allowed_visibility);
  then.default_tracking = patch.default_tracking.value_or(then.default_tracking);
  then.tracking_max = patch.tracking_max.value_or(then.tracking_max);
  then.link_url_template = patch.link_url_template.value_or(then.link_url_template);
  then.retention_days = patch.retention_days.value_or(then.retention_days);
  return then;
}

std::string_view origin_of(const Policy& policy) {
  for (const PolicyPreset& preset : policy_presets()) {
    if (policy == with_rules_of(preset.policy, policy)) {
      return preset.name;
    }
  }
  return policy == with_rules_of(Policy(), policy) ? "built-in" : "own";
}

std::vector<Violation> contradictions(const Policy& then, const PolicyPatch& patch) {
  std::vector<Violation> found;
  if (then.max_ttl && (!then.default_ttl || *then.default_ttl > *then.max_ttl)) {
    found.push_back(
        {patch.default_ttl ? "/default_ttl_seconds" : "/max_ttl_seconds", "conflicting_fields",
         "default_ttl_seconds would be " + text_of(then.default_ttl) + ", and max_ttl_seconds " +
             text_of(then.max_ttl) + ": give both, the default not longer than the maximum."});
  }
  if (then.default_tracking > then.tracking_max) {
    found.push_back({patch.default_tracking ? "/default_tracking" : "/tracking_max",
                     "conflicting_fields",
                     "default_tracking would be " + std::string(to_text(then.default_tracking)) +
                         ", and tracking_max " + std::string(to_text(then.tracking_max)) +
                         ": give both, the default not more than the maximum."});
  }
  return found;
}

std::vector<Violation> contradictions(const PolicyPatch& patch) {
  Policy agreeable;  // contradicts no single member
  agreeable.default_ttl = std::chrono::seconds(1);
  return contradictions(patched(agreeable, patch), patch);
}

}  // namespace vitrine::core

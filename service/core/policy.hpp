#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/visibility.hpp"
#include "service/core/window.hpp"

namespace vitrine::core {

// Who may open a link: anyone who has it, or only members of the workspace.
enum class Audience { anyone, workspace };
std::string_view to_text(Audience audience);  // "public", "workspace"
std::optional<Audience> audience(std::string_view text);

// What is kept about those who open a link. In ascending order of what is kept.
enum class Tracking { none, count, identified };
std::string_view to_text(Tracking tracking);
std::optional<Tracking> tracking(std::string_view text);

// The rules of a policy that can change what was asked for, or close a share. Their texts are the
// names of the policy's members.
enum class PolicyRule {
  max_ttl_seconds,
  allow_public,
  allowed_visibility,
  tracking_max,
  require_passcode,
  require_enforced_clip,
  require_recipient,
};
std::string_view to_text(PolicyRule rule);

inline Visibility everything_visible() {
  Visibility all;
  for (const Flag flag : kFlags) {
    all.set(flag, true);
  }
  return all;
}

// The rules of a workspace. The values here are the built-in policy.
struct Policy {
  std::optional<std::chrono::seconds> default_ttl = std::chrono::hours(24 * 30);  // none: permanent
  std::optional<std::chrono::seconds> max_ttl;  // counted from the start of a window
  bool expired_is_final = false;
  bool allow_public = true;
  bool require_recipient = false;
  bool require_passcode = false;
  Visibility default_visibility = [] {
    Visibility built_in;
    built_in.set(Flag::transcript, true);
    built_in.set(Flag::comments, true);
    return built_in;
  }();
  Visibility allowed_visibility = everything_visible();
  Tracking default_tracking = Tracking::none;
  Tracking tracking_max = Tracking::identified;
  bool disclose_state = true;  // false: a dead link is answered as one that never was
  bool require_enforced_clip = false;
  std::optional<std::string> link_url_template;  // instead of the service's
  std::optional<int> retention_days;             // of dead links
  bool operator==(const Policy&) const = default;
};

// A policy to start a workspace from.
struct PolicyPreset {
  std::string_view name;
  std::string_view description;
  Policy policy;
};
std::span<const PolicyPreset> policy_presets();
const PolicyPreset* policy_preset(std::string_view name);  // null when there is none

// What the rules that close a link ask about it.
struct LinkTraits {
  bool has_passcode;
  bool has_clip;
  bool has_recipient;
};

// The rules of the policy that keep such a link closed, in their order.
std::vector<PolicyRule> closing_rules(const Policy& policy, const LinkTraits& traits);

// What a policy can lower of a share.
struct Terms {
  Audience audience = Audience::anyone;
  Visibility visibility;
  Window window;
  Tracking tracking = Tracking::none;
  bool operator==(const Terms&) const = default;
};

// What is in force of `asked` under the policy. Never more than was asked.
Terms clamp(const Terms& asked, const Policy& policy);

// Where `in_force` is less than what was asked for, and by which rule.
struct Adjustment {
  std::string_view field;  // audience, visibility, expires_at, tracking
  PolicyRule rule;
};
std::vector<Adjustment> adjustments(const Terms& asked, const Terms& in_force);

}  // namespace vitrine::core

#include "service/core/policy.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

constexpr std::chrono::hours kDay(24);

template <class Value, std::size_t Count>
std::optional<Value> value_of(const std::array<Value, Count>& values, std::string_view text) {
  for (const Value value : values) {
    if (to_text(value) == text) {
      return value;
    }
  }
  return std::nullopt;
}

Visibility only(std::initializer_list<Flag> flags) {
  Visibility visibility;
  for (const Flag flag : flags) {
    visibility.set(flag, true);
  }
  return visibility;
}

// A link for good, which tells nothing about those who follow it.
Policy speakr() {
  Policy policy;
  policy.default_ttl.reset();
  policy.default_visibility = only({Flag::transcript});
  policy.tracking_max = Tracking::none;
  return policy;
}

// A short-lived link that shows all that was captured, and never comes back.
Policy userplane() {
  Policy policy;
  policy.default_ttl = kDay;
  policy.max_ttl = 14 * kDay;
  policy.expired_is_final = true;
  policy.default_visibility = everything_visible();
  policy.default_visibility.set(Flag::download, false);
  return policy;
}

// A link for each named recipient, whose sender is told when it is opened.
Policy salesloft() {
  Policy policy;
  policy.require_recipient = true;
  policy.default_tracking = Tracking::identified;
  return policy;
}

std::optional<Instant> earlier(const std::optional<Instant>& end, const Window& window,
                               const Policy& policy) {
  if (!policy.max_ttl) {
    return end;
  }
  const Instant latest = std::min<Instant>(window.starts_at + *policy.max_ttl, kLastInstant);
  return end ? std::min(*end, latest) : latest;
}

}  // namespace

std::string_view to_text(Audience audience) {
  return audience == Audience::anyone ? "public" : "workspace";
}

std::optional<Audience> audience(std::string_view text) {
  return value_of(std::array{Audience::anyone, Audience::workspace}, text);
}

std::string_view to_text(Tracking tracking) {
  switch (tracking) {
    case Tracking::none:
      return "none";
    case Tracking::count:
      return "count";
    case Tracking::identified:
      return "identified";
  }
  return "";
}

std::optional<Tracking> tracking(std::string_view text) {
  return value_of(std::array{Tracking::none, Tracking::count, Tracking::identified}, text);
}

std::string_view to_text(PolicyRule rule) {
  switch (rule) {
    case PolicyRule::max_ttl_seconds:
      return "max_ttl_seconds";
    case PolicyRule::allow_public:
      return "allow_public";
    case PolicyRule::allowed_visibility:
      return "allowed_visibility";
    case PolicyRule::tracking_max:
      return "tracking_max";
    case PolicyRule::require_passcode:
      return "require_passcode";
    case PolicyRule::require_enforced_clip:
      return "require_enforced_clip";
    case PolicyRule::require_recipient:
      return "require_recipient";
  }
  return "";
}

std::span<const PolicyPreset> policy_presets() {
  static const std::array kPresets = {
      PolicyPreset{"speakr",
                   "Links are permanent until revoked and show the transcript; summary and notes "
                   "are switched on at will. Nothing is kept about viewers.",
                   speakr()},
      PolicyPreset{"userplane",
                   "Links last a day unless stated otherwise, 14 days at most, and an expired one "
                   "is never extended. All panels that were captured are shown.",
                   userplane()},
      PolicyPreset{"salesloft",
                   "Every link belongs to a named recipient and lasts 30 days unless stated "
                   "otherwise. The sender can be told who opened it.",
                   salesloft()},
  };
  return kPresets;
}

const PolicyPreset* policy_preset(std::string_view name) {
  for (const PolicyPreset& preset : policy_presets()) {
    if (preset.name == name) {
      return &preset;
    }
  }
  return nullptr;
}

std::vector<PolicyRule> closing_rules(const Policy& policy, const LinkTraits& traits) {
  std::vector<PolicyRule> rules;
  if (policy.require_passcode && !traits.has_passcode) {
    rules.push_back(PolicyRule::require_passcode);
  }
  // No media can be cut by signing its URL, so no clip is enforced wholly.
  if (policy.require_enforced_clip && traits.has_clip) {
    rules.push_back(PolicyRule::require_enforced_clip);
  }
  if (policy.require_recipient && !traits.has_recipient) {
    rules.push_back(PolicyRule::require_recipient);
  }
  return rules;
}

Terms clamp(const Terms& asked, const Policy& policy) {
  Terms terms = asked;
  if (!policy.allow_public) {
    terms.audience = Audience::workspace;
  }
  for (const Flag flag : kFlags) {
    terms.visibility.set(flag,
                         asked.visibility.shows(flag) && policy.allowed_visibility.shows(flag));
  }
  terms.window.expires_at = earlier(asked.window.expires_at, asked.window, policy);
  terms.tracking = std::min(asked.tracking, policy.tracking_max);
  return terms;
}

std::vector<Adjustment> adjustments(const Terms& asked, const Terms& in_force) {
  std::vector<Adjustment> found;
  if (asked.audience != in_force.audience) {
    found.push_back({"audience", PolicyRule::allow_public});
  }
  if (asked.visibility != in_force.visibility) {
    found.push_back({"visibility", PolicyRule::allowed_visibility});
  }
  if (asked.window.expires_at != in_force.window.expires_at) {
    found.push_back({"expires_at", PolicyRule::max_ttl_seconds});
  }
  if (asked.tracking != in_force.tracking) {
    found.push_back({"tracking", PolicyRule::tracking_max});
  }
  return found;
}

}  // namespace vitrine::core

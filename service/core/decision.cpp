#include "service/core/decision.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

using Values = std::vector<Compared>;

bool reached(const std::optional<Instant>& end, Instant now) { return end && now >= *end; }

decltype(Compared::value) shown(const std::optional<Instant>& instant) {
  if (!instant) {
    return std::monostate();
  }
  return format_rfc3339(*instant);
}

decltype(Compared::value) shown(const std::optional<std::int64_t>& number) {
  if (!number) {
    return std::monostate();
  }
  return *number;
}

decltype(Compared::value) shown(std::string_view text) { return std::string(text); }

Verdict judge_revocation(const LinkFacts& facts, const Evidence&) {
  const bool over =
      facts.link_revoked || facts.share_revoked || reached(facts.retires_at, facts.now);
  return over ? Verdict::link_revoked : Verdict::open;
}

Values compared_by_revocation(const LinkFacts& facts) {
  return {{"link_revoked", facts.link_revoked},
          {"share_revoked", facts.share_revoked},
          {"retires_at", shown(facts.retires_at)},
          {"now", shown(facts.now)}};
}

Verdict judge_switch(const LinkFacts& facts, const Evidence&) {
  return facts.share_disabled ? Verdict::link_disabled : Verdict::open;
}

Values compared_by_switch(const LinkFacts& facts) {
  return {{"share_disabled", facts.share_disabled}};
}

// The first rule of today's policy that keeps the link closed.
std::optional<PolicyRule> broken_rule(const LinkFacts& facts) {
  const auto rules =
      closing_rules(facts.policy, {facts.has_passcode, facts.has_clip, facts.has_recipient});
  return rules.empty() ? std::nullopt : std::optional(rules.front());
}

Verdict judge_policy(const LinkFacts& facts, const Evidence&) {
  return broken_rule(facts) ? Verdict::link_disabled : Verdict::open;
}

Values compared_by_policy(const LinkFacts& facts) {
  const auto rule = broken_rule(facts);
  return {{"rule", rule ? shown(to_text(*rule)) : std::monostate()},
          {"require_passcode", facts.policy.require_passcode},
          {"has_passcode", facts.has_passcode},
          {"require_enforced_clip", facts.policy.require_enforced_clip},
          {"has_clip", facts.has_clip},
          {"require_recipient", facts.policy.require_recipient},
          {"has_recipient", facts.has_recipient}};
}

Verdict judge_recording(const LinkFacts& facts, const Evidence&) {
  const bool gone = facts.recording_deleted || reached(facts.recording_expires_at, facts.now);
  return gone ? Verdict::recording_gone : Verdict::open;
}

Values compared_by_recording(const LinkFacts& facts) {
  return {{"recording_deleted", facts.recording_deleted},
          {"recording_expires_at", shown(facts.recording_expires_at)},
          {"now", shown(facts.now)}};
}

Verdict judge_window(const LinkFacts& facts, const Evidence&) {
  const Window window = in_force(facts).window;
  if (facts.now < window.starts_at) {
    return Verdict::link_not_started;
  }
  return reached(window.expires_at, facts.now) ? Verdict::link_expired : Verdict::open;
}

Values compared_by_window(const LinkFacts& facts) {
  const auto longest = facts.policy.max_ttl;
  return {{"starts_at", shown(facts.granted.window.starts_at)},
          {"granted_expires_at", shown(facts.granted.window.expires_at)},
          {"max_ttl_seconds",
           shown(longest ? std::optional<std::int64_t>(longest->count()) : std::nullopt)},
          {"expires_at", shown(in_force(facts).window.expires_at)},
          {"now", shown(facts.now)}};
}

Verdict judge_audience(const LinkFacts& facts, const Evidence& evidence) {
  if (in_force(facts).audience == Audience::anyone || evidence.viewer == ViewerEvidence::member) {
    return Verdict::open;
  }
  return evidence.viewer == ViewerEvidence::stranger ? Verdict::viewer_not_member
                                                     : Verdict::viewer_required;
}

Values compared_by_audience(const LinkFacts& facts) {
  return {{"granted_audience", shown(to_text(facts.granted.audience))},
          {"allow_public", facts.policy.allow_public},
          {"audience", shown(to_text(in_force(facts).audience))}};
}

Verdict judge_passcode(const LinkFacts& facts, const Evidence& evidence) {
  if (!facts.has_passcode) {
    return Verdict::open;
  }
  switch (evidence.passcode) {
    case PasscodeEvidence::none:
      return Verdict::passcode_required;
    case PasscodeEvidence::wrong:
      return Verdict::passcode_invalid;
    case PasscodeEvidence::throttled:
      return Verdict::passcode_throttled;
    case PasscodeEvidence::passed:
      break;
  }
  return Verdict::open;
}

Values compared_by_passcode(const LinkFacts& facts) {
  return {{"has_passcode", facts.has_passcode}};
}

Verdict judge_views(const LinkFacts& facts, const Evidence& evidence) {
  const bool used_up = facts.max_views && facts.views >= *facts.max_views;
  return used_up && !evidence.view_taken ? Verdict::link_used_up : Verdict::open;
}

Values compared_by_views(const LinkFacts& facts) {
  return {{"views", facts.views}, {"max_views", shown(facts.max_views)}};
}

constexpr std::array kSteps = {
    DecisionStep{"revocation", judge_revocation, compared_by_revocation},
    DecisionStep{"switch", judge_switch, compared_by_switch},
    DecisionStep{"policy", judge_policy, compared_by_policy},
    DecisionStep{"recording", judge_recording, compared_by_recording},
    DecisionStep{"window", judge_window, compared_by_window},
    DecisionStep{"audience", judge_audience, compared_by_audience},
    DecisionStep{"passcode", judge_passcode, compared_by_passcode},
    DecisionStep{"views", judge_views, compared_by_views},
};

StepOutcome outcome_of(Verdict verdict) {
  if (verdict == Verdict::open) {
    return StepOutcome::passes;
  }
  const bool asks = verdict == Verdict::viewer_required || verdict == Verdict::passcode_required;
  return asks ? StepOutcome::asks : StepOutcome::refuses;
}

}  // namespace

Terms in_force(const LinkFacts& facts) { return clamp(facts.granted, facts.policy); }

Tracking tracking_in_force(const LinkFacts& facts) {
  return std::min(facts.granted.tracking, facts.policy.tracking_max);
}

std::span<const DecisionStep> decision_steps() { return kSteps; }

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::open:
      return "open";
    case Verdict::link_not_found:
      return "link_not_found";
    case Verdict::link_revoked:
      return "link_revoked";
    case Verdict::link_disabled:
      return "link_disabled";
    case Verdict::recording_gone:
      return "recording_gone";
    case Verdict::link_not_started:
      return "link_not_started";
    case Verdict::link_expired:
      return "link_expired";
    case Verdict::viewer_required:
      return "viewer_required";
    case Verdict::viewer_not_member:
      return "viewer_not_member";
    case Verdict::passcode_required:
      return "passcode_required";
    case Verdict::passcode_invalid:
      return "passcode_invalid";
    case Verdict::passcode_throttled:
      return "passcode_throttled";
    case Verdict::link_used_up:
      return "link_used_up";
  }
  return "";
}

std::string_view to_text(StepOutcome outcome) {
  switch (outcome) {
    case StepOutcome::passes:
      return "passes";
    case StepOutcome::refuses:
      return "refuses";
    case StepOutcome::asks:
      return "asks";
    case StepOutcome::not_reached:
      return "not_reached";
  }
  return "";
}

bool tells_state(Verdict verdict) {
  switch (verdict) {
    case Verdict::link_revoked:
    case Verdict::link_disabled:
    case Verdict::recording_gone:
    case Verdict::link_not_started:
    case Verdict::link_expired:
    case Verdict::link_used_up:
      return true;
    case Verdict::open:
    case Verdict::link_not_found:
    case Verdict::viewer_required:
    case Verdict::viewer_not_member:
    case Verdict::passcode_required:
    case Verdict::passcode_invalid:
    case Verdict::passcode_throttled:
      break;
  }
  return false;
}

Verdict decide(const std::optional<LinkFacts>& facts, const Evidence& evidence) {
  if (!facts) {
    return Verdict::link_not_found;
  }
  for (const DecisionStep& step : kSteps) {
    const Verdict verdict = step.judge(*facts, evidence);
    if (verdict != Verdict::open) {
      return verdict;
    }
  }
  return Verdict::open;
}

Trace trace(const LinkFacts& facts) {
  Trace walk{decide(facts, {}), {}};
  bool refused = false;
  for (const DecisionStep& step : kSteps) {
    if (refused) {
      walk.steps.push_back({step.name, StepOutcome::not_reached, Verdict::open, {}});
      continue;
    }
    const Verdict verdict = step.judge(facts, {});
    const StepOutcome outcome = outcome_of(verdict);
    walk.steps.push_back({step.name, outcome, verdict, step.compared(facts)});
    refused = outcome == StepOutcome::refuses;
  }
  return walk;
}

std::optional<Instant> open_until(const LinkFacts& facts) {
  std::optional<Instant> first;
  for (const auto& end :
       {in_force(facts).window.expires_at, facts.recording_expires_at, facts.retires_at}) {
    if (end && (!first || *end < *first)) {
      first = end;
    }
  }
  return first;
}

}  // namespace vitrine::core

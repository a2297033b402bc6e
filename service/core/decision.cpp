#include "service/core/decision.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

Verdict judge_revocation(const LinkFacts& facts) {
  return facts.link_revoked || facts.share_revoked ? Verdict::link_revoked : Verdict::open;
}

Verdict judge_switch(const LinkFacts& facts) {
  return facts.share_disabled ? Verdict::link_disabled : Verdict::open;
}

Verdict judge_recording(const LinkFacts& facts) {
  const bool over = facts.recording_expires_at && facts.now >= *facts.recording_expires_at;
  return facts.recording_deleted || over ? Verdict::recording_gone : Verdict::open;
}

Verdict judge_window(const LinkFacts& facts) {
  if (facts.now < facts.window.starts_at) {
    return Verdict::link_not_started;
  }
  const bool over = facts.window.expires_at && facts.now >= *facts.window.expires_at;
  return over ? Verdict::link_expired : Verdict::open;
}

constexpr std::array kSteps = {
    DecisionStep{"revocation", judge_revocation},
    DecisionStep{"switch", judge_switch},
    DecisionStep{"recording", judge_recording},
    DecisionStep{"window", judge_window},
};

}  // namespace

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
  }
  return "";
}

Verdict decide(const std::optional<LinkFacts>& facts) {
  if (!facts) {
    return Verdict::link_not_found;
  }
  for (const DecisionStep& step : kSteps) {
    const Verdict verdict = step.judge(*facts);
    if (verdict != Verdict::open) {
      return verdict;
    }
  }
  return Verdict::open;
}

std::optional<Instant> open_until(const LinkFacts& facts) {
  const auto& window_end = facts.window.expires_at;
  const auto& recording_end = facts.recording_expires_at;
  if (window_end && recording_end) {
    return std::min(*window_end, *recording_end);
  }
  return window_end ? window_end : recording_end;
}

}  // namespace vitrine::core

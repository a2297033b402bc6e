#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "service/core/instant.hpp"
#include "service/core/policy.hpp"

namespace vitrine::core {

// What the database knows about a genuine link, all read in one statement.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which they are judged
struct LinkFacts {
  bool link_revoked = false;
  std::optional<Instant> retires_at = {};  // rotated: it dies then
  bool has_recipient = false;
  std::int64_t views = 0;  // viewing sessions, counted while there is a limit
  bool share_revoked = false;
  bool share_disabled = false;
  Terms granted = {};  // what the policy of that time left of the share; today's may lower it more
  bool has_passcode = false;
  bool has_clip = false;
  std::optional<std::int64_t> max_views = {};
  bool recording_deleted = false;
  std::optional<Instant> recording_expires_at = {};
  Policy policy = {};
  Instant now = {};  // the database's clock
};

// What is in force now: what was granted, under the policy of today.
Terms in_force(const LinkFacts& facts);
Tracking tracking_in_force(const LinkFacts& facts);  // of these, without the rest

// What the caller has shown of itself, judged already. By default it comes with empty hands.
enum class ViewerEvidence { none, stranger, member };  // of the share's workspace
enum class PasscodeEvidence { none, wrong, throttled, passed };
struct Evidence {
  ViewerEvidence viewer = ViewerEvidence::none;
  PasscodeEvidence passcode = PasscodeEvidence::none;
  bool view_taken = false;  // by the same viewing session, earlier
};

enum class Verdict {
  open,
  link_not_found,  // a genuine token whose link no longer exists (its workspace was removed)
  link_revoked,
  link_disabled,
  recording_gone,
  link_not_started,
  link_expired,
  viewer_required,
  viewer_not_member,
  passcode_required,
  passcode_invalid,
  passcode_throttled,
  link_used_up,
};
inline constexpr int kVerdictCount = 13;
std::string_view to_text(Verdict verdict);  // also the label of the resolve metric

// Whether the verdict tells about the state of the link, which a policy may keep to itself.
bool tells_state(Verdict verdict);

// One thing that a step looked at, for a trace. A monostate is null.
struct Compared {
  std::string_view name;
  std::variant<std::monostate, bool, std::int64_t, std::string> value;
};

// One question of the decision. `judge` answers `open` when this step has nothing against it.
struct DecisionStep {
  std::string_view name;
  Verdict (*judge)(const LinkFacts& facts, const Evidence& evidence);
  std::vector<Compared> (*compared)(const LinkFacts& facts);
};

// Every step, in the order of the contract: revocation, switch, policy, recording, window,
// audience, passcode, views. A new rule is one more entry.
std::span<const DecisionStep> decision_steps();

// The resolve decision: no facts, no link; otherwise the first step that is against it gives the
// verdict.
Verdict decide(const std::optional<LinkFacts>& facts, const Evidence& evidence);

// How a visitor with empty hands fares, step by step. A step that asks for something (a viewer, a
// passcode) does not end the walk: the steps after it matter to those who have it.
enum class StepOutcome { passes, refuses, asks, not_reached };
std::string_view to_text(StepOutcome outcome);
struct TracedStep {
  std::string_view name;
  StepOutcome outcome;
  Verdict verdict;                 // open unless it refuses or asks
  std::vector<Compared> compared;  // nothing when it was not reached
};
struct Trace {
  Verdict verdict;  // what decide() says
  std::vector<TracedStep> steps;
};
Trace trace(const LinkFacts& facts);

// When the answer to an open link stops being true by itself: the end of the window in force, of
// the recording or of a rotated link, whichever comes first.
std::optional<Instant> open_until(const LinkFacts& facts);

}  // namespace vitrine::core

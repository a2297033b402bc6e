#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "service/core/instant.hpp"
#include "service/core/window.hpp"

namespace vitrine::core {

// What the database knows about a genuine link, all read in one statement.
struct LinkFacts {
  bool link_revoked = false;
  bool share_revoked = false;
  bool share_disabled = false;
  bool recording_deleted = false;
  std::optional<Instant> recording_expires_at;
  Window window;
  Instant now;  // the database's clock
};

enum class Verdict {
  open,
  link_not_found,  // a genuine token whose link no longer exists (its workspace was removed)
  link_revoked,
  link_disabled,
  recording_gone,
  link_not_started,
  link_expired,
};
inline constexpr int kVerdictCount = 7;
std::string_view to_text(Verdict verdict);  // also the label of the resolve metric

// One question of the decision. `judge` answers `open` when this step has nothing against it.
struct DecisionStep {
  std::string_view name;
  Verdict (*judge)(const LinkFacts& facts);
};

// Every step, in the order of the contract: revocation, switch, recording, window. A new rule is
// one more entry; a trace is one walk over the list.
std::span<const DecisionStep> decision_steps();

// The resolve decision: no facts, no link; otherwise the first step that refuses gives the verdict.
Verdict decide(const std::optional<LinkFacts>& facts);

// When the answer to an open link stops being true by itself: the end of the window or of the
// recording, whichever comes first.
std::optional<Instant> open_until(const LinkFacts& facts);

}  // namespace vitrine::core

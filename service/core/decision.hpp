#pragma once

#include <optional>
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

// The resolve decision: the first step that refuses gives the verdict. Steps, in the order of the
// contract: 1 the link exists, 2 revoked or disabled, 3 the recording is there, 4 the window. The
// later ones (audience, passcode, view limit) join the same ordered list.
Verdict decide(const std::optional<LinkFacts>& facts);

// When the answer to an open link stops being true by itself: the end of the window or of the
// recording, whichever comes first.
std::optional<Instant> open_until(const LinkFacts& facts);

}  // namespace vitrine::core

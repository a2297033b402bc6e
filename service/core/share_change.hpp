#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/core/share.hpp"

// What a draft or a patch comes to: pure, and the same whether it is carried out or only tried.
namespace vitrine::core {

// What can be set on a share at any time, but for its passcode.
struct ShareContent {
  std::optional<std::string> title, label, metadata;
  Terms requested;
  Terms granted;
  std::optional<std::int64_t> max_views;
  std::optional<Clip> clip;
  Correspondence correspondence = {};
  bool operator==(const ShareContent&) const = default;
};

ShareContent content_of(const Share& share);

// A share as it would be, for whoever only wants to know.
struct SharePreview {
  RecordingId recording_id;
  ShareContent content;
  Terms in_force;
  bool has_passcode;
};

// What a change asks of the recording.
struct RecordingFacts {
  std::optional<std::int64_t> duration_ms = {};  // when it is known
  bool owner_has_email = false;
};

// What a draft depends on beside itself.
struct ShareSetting {
  Policy policy;
  RecordingFacts recording;
  Instant now;  // the database's
};

// What a draft is granted: limits are clamped by the policy, and what was asked for is kept beside
// them. Throws validation_failed with every fault: of the window, of the clip, and
// "policy_violation" for a rule of the policy that is broken; then recipient_required.
ShareContent settled(const ShareDraft& draft, const ShareSetting& setting);

// The same for a change. Only what the patch names is granted anew, so that changing a title widens
// nothing, whatever became of the policy. Throws like the above, but never recipient_required.
ShareContent patched(const Share& share, const SharePatch& patch,
                     const RecordingFacts& recording = {});

// Whether the window in force is over.
bool is_expired(const Share& share);

}  // namespace vitrine::core

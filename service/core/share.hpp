#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/correspondence.hpp"
#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/mail.hpp"
#include "service/core/policy.hpp"
#include "service/core/visibility.hpp"
#include "service/core/window.hpp"

namespace vitrine::core {

enum class ShareState { scheduled, active, expired, disabled, revoked };
std::string_view to_text(ShareState state);
std::optional<ShareState> share_state(std::string_view text);

// Whom a link was made for.
struct Recipient {
  std::optional<std::string> name;
  std::string email;  // as given
  std::string key;    // the address in its canonical form, by which recipients are told apart
  bool operator==(const Recipient&) const = default;
};

// How often something was opened, by what opened it; counted while opens are tracked.
struct OpenCounts {
  std::int64_t person = 0;
  std::int64_t scanner = 0;
  std::int64_t preview = 0;
  bool operator==(const OpenCounts&) const = default;
};

struct Link {
  LinkId id;
  std::uint8_t kid = 0;                     // the link key that signs its token
  std::optional<Recipient> recipient = {};  // nobody: anonymous
  std::int64_t views = 0;                   // viewing sessions, counted while there is a limit
  Instant created_at = {};
  std::optional<Instant> retires_at = {};  // rotated: it dies then
  std::optional<LinkId> replaced_by = {};  // rotated: the link that took its place
  std::optional<Instant> revoked_at = {};
  std::int64_t version = 1;
  OpenCounts opens = {};
  std::optional<MailStatus> email = {};  // the last that was to bring the recipient the link
};

// Whether the link can open at all: neither revoked nor retired by `now`.
bool is_alive(const Link& link, Instant now);

// The part of a recording that is shared: from `start_ms` (inclusive) to `end_ms` (exclusive).
struct Clip {
  std::int64_t start_ms;
  std::int64_t end_ms;
  bool operator==(const Clip&) const = default;
};

struct Share {
  ShareId id;
  RecordingId recording_id;
  std::optional<std::string> title = {};       // overrides the recording's for recipients
  std::optional<std::string> label = {};       // for the owner only
  std::optional<std::string> metadata = {};    // for the owner only: one JSON object, as text
  Terms requested = {};                        // what was asked for
  Terms granted = {};                          // what the policy of that moment left of it
  std::optional<std::int64_t> max_views = {};  // of each link
  bool has_passcode = false;
  std::optional<Clip> clip = {};
  Correspondence correspondence = {};
  std::optional<Instant> disabled_at = {};
  std::optional<Instant> revoked_at = {};
  Instant created_at = {};
  std::optional<KeyId> created_by = {};
  Instant updated_at = {};
  std::int64_t version = 1;
  std::vector<Link> links = {};  // oldest first; of very many, those that can open
  std::int64_t link_count = 0;   // of all
  OpenCounts opens = {};         // of all links together
  Policy policy = {};            // of the workspace, when this was read
  Instant now = {};  // the database's clock when this was read; the state is derived from it
};

// What is in force now: what was granted, under the policy of today.
Terms in_force(const Share& share);

// The rules of today's policy that keep the whole share closed.
std::vector<PolicyRule> blocking_rules(const Share& share);

// Derived, never stored: revoked, then disabled, then the window in force decides.
ShareState state_of(const Share& share);

// What a caller says when creating a share.
struct ShareDraft {
  RecordingId recording_id;
  std::optional<std::string> title, label, metadata;
  std::vector<std::pair<Flag, bool>> visibility;  // only what was named
  WindowRequest window;
  std::optional<Audience> audience = {};
  std::optional<Tracking> tracking = {};
  std::optional<std::int64_t> max_views = {};
  std::optional<std::string> passcode = {};  // kept only as a hash
  std::optional<Clip> clip = {};
  std::vector<Recipient> recipients = {};
  Correspondence correspondence = {};
  bool send_email = false;  // to each recipient, at once
};

// A change to a share. Outer optional: named at all; inner: a value, or null to clear it.
struct SharePatch {
  std::optional<std::optional<std::string>> title, label, metadata;
  std::vector<std::pair<Flag, bool>> visibility;
  WindowRequest window;
  std::optional<std::int64_t> expected_version;  // from If-Match
  std::optional<Audience> audience = {};
  std::optional<Tracking> tracking = {};
  std::optional<std::optional<std::int64_t>> max_views = {};
  std::optional<std::optional<std::string>> passcode = {};
  std::optional<std::optional<Clip>> clip = {};
  CorrespondencePatch correspondence = {};
};

}  // namespace vitrine::core

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/visibility.hpp"
#include "service/core/window.hpp"

namespace vitrine::core {

enum class ShareState { scheduled, active, expired, disabled, revoked };
std::string_view to_text(ShareState state);

struct Link {
  LinkId id;
  std::uint8_t kid;  // the link key that signs its token
  Instant created_at;
  std::optional<Instant> revoked_at;
};

struct Share {
  ShareId id;
  RecordingId recording_id;
  std::optional<std::string> title;     // overrides the recording's for recipients
  std::optional<std::string> label;     // for the owner only
  std::optional<std::string> metadata;  // for the owner only: one JSON object, as text
  Visibility visibility;
  Window window;
  std::optional<Instant> disabled_at;
  std::optional<Instant> revoked_at;
  Instant created_at;
  std::optional<KeyId> created_by;
  Instant updated_at;
  std::int64_t version;
  std::vector<Link> links;
  Instant now;  // the database's clock when this was read; the state is derived from it
};

// Derived, never stored: revoked, then disabled, then the window decides.
ShareState state_of(const Share& share);

// What a caller says when creating a share.
struct ShareDraft {
  RecordingId recording_id;
  std::optional<std::string> title, label, metadata;
  std::vector<std::pair<Flag, bool>> visibility;  // only what was named
  WindowRequest window;
};

// A change to a share. Outer optional: named at all; inner: a value, or null to clear it.
struct SharePatch {
  std::optional<std::optional<std::string>> title, label, metadata;
  std::vector<std::pair<Flag, bool>> visibility;
  WindowRequest window;
  std::optional<std::int64_t> expected_version;  // from If-Match
};

}  // namespace vitrine::core

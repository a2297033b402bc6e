#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/policy.hpp"
#include "service/core/share.hpp"

namespace vitrine::core {

// Which shares are meant: those that fit everything that is set.
struct ShareFilter {
  std::optional<RecordingId> recording = {};
  std::optional<ShareState> state = {};
  std::optional<Audience> audience = {};          // the one in force
  std::optional<std::string> recipient_key = {};  // of a link that was not revoked by itself
  std::optional<KeyId> created_by = {};
  std::optional<std::string> label = {};       // the whole of it
  std::optional<std::string> words = {};       // beginnings of words of title, label, recording
  std::optional<Instant> created_after = {};   // inclusive
  std::optional<Instant> created_before = {};  // exclusive
  bool operator==(const ShareFilter&) const = default;
};

// Newest first, latest end first, or next start first.
enum class ShareOrder { newest, by_end, by_start };

inline ShareOrder order_of(const ShareFilter& filter) {
  if (filter.state == ShareState::active || filter.state == ShareState::expired) {
    return ShareOrder::by_end;
  }
  return filter.state == ShareState::scheduled ? ShareOrder::by_start : ShareOrder::newest;
}

// How many shares there are; not exact when it is PostgreSQL's estimate.
struct ShareTotal {
  std::int64_t count;
  bool exact;
};

}  // namespace vitrine::core

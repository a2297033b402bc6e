#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"

namespace vitrine::core {

// A note of the sender, shown to those who open the share: to all of them, or by one link only.
struct Comment {
  CommentId id;
  ShareId share_id;
  std::optional<LinkId> link_id;
  std::optional<std::int64_t> at_ms;  // the place in the recording that it speaks of
  std::string body;
  std::optional<std::string> author;
  Instant created_at;
  Instant updated_at;
  std::int64_t version;
  bool operator==(const Comment&) const = default;
};

struct CommentDraft {
  std::string body;
  std::optional<std::int64_t> at_ms;
  std::optional<std::string> author;
  std::optional<LinkId> link_id;
};

// Outer optional: named at all; inner: a value, or null to clear it.
struct CommentPatch {
  std::optional<std::string> body;
  std::optional<std::optional<std::int64_t>> at_ms;
  std::optional<std::optional<std::string>> author;
  std::optional<std::int64_t> expected_version;  // from If-Match
};

// The most comments of one share.
inline constexpr int kMaxComments = 1000;

}  // namespace vitrine::core

#pragma once

#include <cstdint>
#include <optional>

#include "service/core/comment.hpp"
#include "service/core/idempotency.hpp"
#include "service/core/page.hpp"
#include "service/core/scope.hpp"

namespace vitrine {

namespace store {
class Pool;
}

// The sender's notes on a share. Every call works within the principal's workspace; another
// workspace's share or comment does not exist for it. Blocking; thread-safe. Throws not_found,
// unavailable, timeout, outcome_unknown; every change throws share_revoked, and what its function
// names.
class Comments {
 public:
  explicit Comments(store::Pool& pool) : pool_(pool) {}

  core::Page<core::Comment> list(const core::Principal& principal, const core::ShareId& share,
                                 const core::PageRequest& page);  // oldest first
  core::Comment get(const core::Principal& principal, const core::ShareId& share,
                    const core::CommentId& comment);

  // Throws validation_failed (a place past the recording's end, a link that is none of the share or
  // dead), conflict (the share has kMaxComments) and what make_once throws.
  core::Comment create(const core::Principal& principal, const core::ShareId& share,
                       const core::CommentDraft& draft,
                       const std::optional<core::IdempotencyKey>& key);

  // Throws etag_mismatch, validation_failed (as create).
  core::Comment update(const core::Principal& principal, const core::ShareId& share,
                       const core::CommentId& comment, const core::CommentPatch& patch);

  // Throws etag_mismatch.
  void remove(const core::Principal& principal, const core::ShareId& share,
              const core::CommentId& comment, std::optional<std::int64_t> expected_version);

 private:
  store::Pool& pool_;
};

}  // namespace vitrine

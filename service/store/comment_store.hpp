#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "service/core/comment.hpp"
#include "service/core/page.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::comment_store {

// What a change of comments depends on.
struct Setting {
  bool share_revoked;
  std::optional<std::int64_t> duration_ms;  // of the recording
};

// Nobody else changes comments of the share before this transaction ends, or revokes it.
std::optional<Setting> lock_share(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share);

// False when the share has that many, or the link is no current one of the share. The share is
// locked.
bool insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::CommentId& id, const core::CommentDraft& draft,
            int max_comments);

// Whether the share has a link of this id that is neither revoked nor replaced.
bool is_current_link(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::ShareId& share, const core::LinkId& link);

std::optional<core::Comment> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share, const core::CommentId& comment);

// Oldest first; nothing when there is no such share. As many as asked for, and one more when there
// are more.
std::optional<std::vector<core::Comment>> page(Transaction& transaction,
                                               const core::WorkspaceId& workspace,
                                               const core::ShareId& share,
                                               const core::PageRequest& request);

// Body, place and author of a comment of a locked share; raises the version.
void update(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Comment& comment);

void remove(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::CommentId& comment);

}  // namespace vitrine::store::comment_store

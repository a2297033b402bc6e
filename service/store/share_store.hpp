#pragma once

#include <optional>

#include "service/core/ids.hpp"
#include "service/core/share.hpp"
#include "service/core/share_change.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::share_store {

struct NewShare {
  core::ShareId id;
  core::Uuid recording_uid;
  core::ShareContent content;
  std::optional<std::string> passcode_hash;
  core::KeyId created_by;
};

// Outer optional: changed at all; inner: the new hash, or nothing to take the passcode away.
using PasscodeChange = std::optional<std::optional<std::string>>;

void insert(Transaction& transaction, const core::WorkspaceId& workspace, const NewShare& share);

// With their links, oldest first, and the database's clock. Shares of deleted recordings included.
std::optional<core::Share> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id);

// Like find, and nobody else changes the share before this transaction ends.
std::optional<core::Share> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id);

// What is known of the share's recording.
core::RecordingFacts recording_facts(Transaction& transaction, const core::WorkspaceId& workspace,
                                     const core::ShareId& id);

// The changes below raise the version. They are made only to the version given and only to a share
// that is not revoked; false when it is another or revoked by now.
bool update(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version, const core::ShareContent& content,
            const PasscodeChange& passcode);
bool set_disabled(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& id, std::int64_t version, bool disabled);
bool revoke(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version);

}  // namespace vitrine::store::share_store

#pragma once

#include <optional>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/page.hpp"
#include "service/core/recording.hpp"
#include "service/core/share_change.hpp"
#include "service/store/pool.hpp"

// Recordings and their media objects. A deleted recording is found by no function here.
namespace vitrine::store::recording_store {

// Inserts with `new_uid`, or overwrites the living recording of this id and raises its version.
// Answers the uid in force. Locks the row until the transaction ends.
core::Uuid put(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::RecordingId& id, const core::Uuid& new_uid,
               const core::RecordingDraft& draft);

// Media objects keep the order in which they are given.
void replace_media(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::Uuid& uid, const std::vector<core::MediaObject>& media);

std::optional<core::Recording> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                    const core::RecordingId& id);
core::Page<core::Recording> page(Transaction& transaction, const core::WorkspaceId& workspace,
                                 const core::PageRequest& request);

// What a new share needs to know of its recording.
struct Place {
  core::Uuid uid;
  core::RecordingFacts facts;
  core::Instant now;  // the transaction's
};
std::optional<Place> locate(Transaction& transaction, const core::WorkspaceId& workspace,
                            const core::RecordingId& id);

// The version of a living recording. Nobody else changes it before this transaction ends.
std::optional<std::int64_t> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                                 const core::RecordingId& id);

// Raises the version because a panel changes, and locks the row until the transaction ends, so that
// changes to one recording's panels come one after the other.
std::optional<core::Uuid> touch(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::RecordingId& id);

// Marks the row deleted and empties it of what described the recording.
std::optional<core::Uuid> bury(Transaction& transaction, const core::WorkspaceId& workspace,
                               const core::RecordingId& id);

}  // namespace vitrine::store::recording_store

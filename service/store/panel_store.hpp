#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/recording.hpp"
#include "service/store/pool.hpp"

// Panels of living recordings. The text goes in and out as it is. Functions that write expect the
// recording's row to be locked by this transaction (recording_store::touch, put or bury).
namespace vitrine::store::panel_store {

// True when the recording had no such panel.
bool put(Transaction& transaction, const core::WorkspaceId& workspace, const core::Uuid& uid,
         const core::PanelDocument& panel);

struct Row {
  std::string json;
  core::Instant updated_at;
};
std::optional<Row> find(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::RecordingId& id, core::PanelKind kind);

// False when the recording had no such panel.
bool remove(Transaction& transaction, const core::WorkspaceId& workspace, const core::Uuid& uid,
            core::PanelKind kind);
void remove_all(Transaction& transaction, const core::WorkspaceId& workspace,
                const core::Uuid& uid);

// What all panels of the recording but `kind` weigh together.
std::int64_t bytes_without(Transaction& transaction, const core::WorkspaceId& workspace,
                           const core::Uuid& uid, core::PanelKind kind);

}  // namespace vitrine::store::panel_store

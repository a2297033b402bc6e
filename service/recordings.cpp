#include "service/recordings.hpp"

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/store/due_store.hpp"
#include "service/store/event_store.hpp"
#include "service/store/panel_store.hpp"
#include "service/store/recording_store.hpp"

namespace vitrine {
namespace {

using store::Transaction;
namespace panel_store = store::panel_store;
namespace recording_store = store::recording_store;

template <class Value>
Value found(std::optional<Value> value, const char* detail) {
  if (!value) {
    throw core::Error(core::ErrorCode::not_found, detail);
  }
  return std::move(*value);
}

constexpr auto kNoRecording = "There is no recording of this id.";
constexpr auto kNoPanel = "The recording has no such panel.";

// RFC 9110 section 13.2.1: that there is no recording is said before that its version is another.
void require_version(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::RecordingId& id, Recordings::Version expected) {
  const std::int64_t version =
      found(recording_store::lock(transaction, workspace, id), kNoRecording);
  if (expected && *expected != version) {
    throw core::Error(core::ErrorCode::etag_mismatch,
                      "The recording was changed since you read it: read it again, then repeat.");
  }
}

std::int64_t bytes_of(const core::PanelDocument& panel) {
  return static_cast<std::int64_t>(panel.json.size());
}

// What is not there cannot match (RFC 9110 section 13.1.1).
void require_replaceable(Transaction& transaction, const core::WorkspaceId& workspace,
                         const core::RecordingId& id, Recordings::Version expected) {
  if (!recording_store::lock(transaction, workspace, id)) {
    throw core::Error(core::ErrorCode::etag_mismatch,
                      "There is no recording of this id: leave out If-Match to register it.");
  }
  require_version(transaction, workspace, id, expected);
}

void require_fit(std::int64_t panel_bytes, std::int64_t recording_bytes) {
  if (panel_bytes > core::kMaxPanelBytes) {
    throw core::Error(core::ErrorCode::content_too_large,
                      "A panel may have at most 8 MiB: shorten it or split the recording.");
  }
  if (recording_bytes > core::kMaxRecordingPanelBytes) {
    throw core::Error(core::ErrorCode::content_too_large,
                      "All panels of a recording may have at most 32 MiB together.");
  }
}

}  // namespace

Recordings::PutResult Recordings::put(const core::Principal& principal, const core::RecordingId& id,
                                      const core::RecordingDraft& draft, bool must_exist,
                                      Version expected) {
  std::int64_t bytes = 0;
  for (const core::PanelDocument& panel : draft.panels) {
    require_fit(bytes_of(panel), bytes += bytes_of(panel));
  }
  const core::Uuid new_uid = new_uuid();
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    if (must_exist) {
      require_replaceable(transaction, workspace, id, expected);
    }
    const core::Uuid uid = recording_store::put(transaction, workspace, id, new_uid, draft);
    recording_store::replace_media(transaction, workspace, uid, draft.media);
    panel_store::remove_all(transaction, workspace, uid);
    for (const core::PanelDocument& panel : draft.panels) {
      panel_store::put(transaction, workspace, uid, panel);
    }
    store::due_store::plan_recording(transaction, workspace, uid);
    return PutResult{found(recording_store::find(transaction, workspace, id), kNoRecording),
                     uid == new_uid};
  });
}

core::Recording Recordings::update(const core::Principal& principal, const core::RecordingId& id,
                                   const core::RecordingPatch& patch) {
  const core::Uuid unused = new_uuid();
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    require_version(transaction, workspace, id, patch.expected_version);
    core::Recording before = found(recording_store::find(transaction, workspace, id), kNoRecording);
    const core::RecordingDraft draft = core::patched(before, patch);
    if (draft == core::description_of(before)) {
      return before;
    }
    const core::Uuid uid = recording_store::put(transaction, workspace, id, unused, draft);
    if (draft.media != before.media) {
      recording_store::replace_media(transaction, workspace, uid, draft.media);
    }
    store::due_store::plan_recording(transaction, workspace, uid);
    return found(recording_store::find(transaction, workspace, id), kNoRecording);
  });
}

core::Recording Recordings::get(const core::Principal& principal, const core::RecordingId& id) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return found(recording_store::find(transaction, principal.workspace, id), kNoRecording);
  });
}

core::Page<core::Recording> Recordings::list(const core::Principal& principal,
                                             const core::PageRequest& page) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return recording_store::page(transaction, principal.workspace, page);
  });
}

void Recordings::remove(const core::Principal& principal, const core::RecordingId& id,
                        Version expected) {
  const core::WorkspaceId& workspace = principal.workspace;
  store::in_transaction(pool_, [&](Transaction& transaction) {
    require_version(transaction, workspace, id, expected);
    const core::Uuid uid = found(recording_store::bury(transaction, workspace, id), kNoRecording);
    recording_store::replace_media(transaction, workspace, uid, {});
    panel_store::remove_all(transaction, workspace, uid);
    store::due_store::plan_recording(transaction, workspace, uid);
    store::event_store::append(
        transaction, workspace,
        {{core::EventType::recording_gone, {.recording_id = id.text(), .reason = "deleted"}}});
  });
}

bool Recordings::put_panel(const core::Principal& principal, const core::RecordingId& id,
                           const core::PanelDocument& panel, Version expected) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    require_version(transaction, workspace, id, expected);
    const core::Uuid uid = found(recording_store::touch(transaction, workspace, id), kNoRecording);
    require_fit(bytes_of(panel), bytes_of(panel) + panel_store::bytes_without(
                                                       transaction, workspace, uid, panel.kind));
    return panel_store::put(transaction, workspace, uid, panel);
  });
}

Recordings::Panel Recordings::get_panel(const core::Principal& principal,
                                        const core::RecordingId& id, core::PanelKind kind) {
  auto row = store::single_read(pool_, [&](Transaction& transaction) {
    return found(panel_store::find(transaction, principal.workspace, id, kind), kNoPanel);
  });
  return {std::move(row.json), row.updated_at};
}

void Recordings::remove_panel(const core::Principal& principal, const core::RecordingId& id,
                              core::PanelKind kind, Version expected) {
  const core::WorkspaceId& workspace = principal.workspace;
  store::in_transaction(pool_, [&](Transaction& transaction) {
    require_version(transaction, workspace, id, expected);
    const core::Uuid uid = found(recording_store::touch(transaction, workspace, id), kNoRecording);
    if (!panel_store::remove(transaction, workspace, uid, kind)) {
      throw core::Error(core::ErrorCode::not_found, kNoPanel);
    }
  });
}

}  // namespace vitrine

#pragma once

#include <optional>
#include <string>

#include "service/core/page.hpp"
#include "service/core/recording.hpp"
#include "service/core/scope.hpp"

namespace vitrine {

namespace store {
class Pool;
}

// What can be done with recordings. Every call works within the principal's workspace; another
// workspace's recording does not exist for it. Blocking; thread-safe. Throws not_found,
// unavailable, timeout, outcome_unknown and what a function names.
class Recordings {
 public:
  explicit Recordings(store::Pool& pool) : pool_(pool) {}

  // Versions below are what a caller expects to change; nothing for any. Another one throws
  // etag_mismatch.
  using Version = std::optional<std::int64_t>;

  struct PutResult {
    core::Recording recording;
    bool created;
  };
  // Registers, or replaces everything of, a recording. Replacing keeps its shares. With
  // `must_exist`, one that is not there throws etag_mismatch too.
  PutResult put(const core::Principal& principal, const core::RecordingId& id,
                const core::RecordingDraft& draft, bool must_exist = false, Version expected = {});

  // A patch that changes nothing does not make a version.
  core::Recording update(const core::Principal& principal, const core::RecordingId& id,
                         const core::RecordingPatch& patch);
  core::Recording get(const core::Principal& principal, const core::RecordingId& id);
  core::Page<core::Recording> list(const core::Principal& principal, const core::PageRequest& page);

  // Deletes content and media list for good and kills every link of the recording. Registering the
  // same id again makes a new recording; old links stay dead.
  void remove(const core::Principal& principal, const core::RecordingId& id, Version expected = {});

  struct Panel {
    std::string json;
    core::Instant updated_at;
  };
  // True when it was not there before. The version is the recording's. Throws content_too_large
  // past kMaxRecordingPanelBytes for all panels of the recording.
  bool put_panel(const core::Principal& principal, const core::RecordingId& id,
                 const core::PanelDocument& panel, Version expected = {});
  Panel get_panel(const core::Principal& principal, const core::RecordingId& id,
                  core::PanelKind kind);
  void remove_panel(const core::Principal& principal, const core::RecordingId& id,
                    core::PanelKind kind, Version expected = {});

 private:
  store::Pool& pool_;
};

}  // namespace vitrine

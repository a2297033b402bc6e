#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/media_key.hpp"
#include "service/core/visibility.hpp"

namespace vitrine::core {

enum class MediaRole { video, audio, captions, thumbnail, hls, attachment };
std::string_view to_text(MediaRole role);
std::optional<MediaRole> media_role(std::string_view text);

struct MediaObject {
  std::string id;  // the caller's, unique within the recording
  MediaRole role;
  std::string content_type;
  MediaKey key;
  std::optional<std::int64_t> bytes;
  bool operator==(const MediaObject&) const = default;
};

// Whoever the calling product says owns the recording. Never shown to a viewer.
struct Owner {
  std::optional<std::string> id, name, email;
  bool operator==(const Owner&) const = default;
};

// One panel's JSON text, validated by the reader at the door and kept as given.
struct PanelDocument {
  PanelKind kind;
  std::string json;
  bool operator==(const PanelDocument&) const = default;
};

// What a panel listing shows: that it was captured, how large, and when.
struct PanelSummary {
  PanelKind kind;
  std::int64_t bytes;
  Instant updated_at;
};

// Everything a caller says about a recording when registering it.
struct RecordingDraft {
  std::string title;
  std::optional<Instant> recorded_at;
  std::optional<std::int64_t> duration_ms;
  std::optional<Owner> owner;
  std::vector<MediaObject> media;
  std::vector<PanelDocument> panels;
  std::optional<Instant> expires_at;
  bool operator==(const RecordingDraft&) const = default;
};

struct Recording {
  RecordingId id;
  std::string title;
  std::optional<Instant> recorded_at;
  std::optional<std::int64_t> duration_ms;
  std::optional<Owner> owner;
  std::vector<MediaObject> media;
  std::vector<PanelSummary> panels;
  std::optional<Instant> expires_at;
  Instant created_at;
  Instant updated_at;
  std::int64_t version;
};

// A change to a recording, but for its panels. Outer optional: named at all; inner: a value, or
// null to clear it.
struct OwnerPatch {
  std::optional<std::optional<std::string>> id, name, email;
};
struct RecordingPatch {
  std::optional<std::string> title = {};
  std::optional<std::optional<Instant>> recorded_at = {};
  std::optional<std::optional<std::int64_t>> duration_ms = {};
  std::optional<std::optional<OwnerPatch>> owner = {};
  std::optional<std::vector<MediaObject>> media = {};
  std::optional<std::optional<Instant>> expires_at = {};
  std::optional<std::int64_t> expected_version = {};  // from If-Match
};

// What the recording says of itself, without its panels; and what a patch makes of that.
RecordingDraft description_of(const Recording& recording);
RecordingDraft patched(const Recording& recording, const RecordingPatch& patch);

// The most that all panels of one recording may weigh together, and one of them alone.
inline constexpr std::int64_t kMaxPanelBytes = 8 << 20;
inline constexpr std::int64_t kMaxRecordingPanelBytes = 32 << 20;

}  // namespace vitrine::core

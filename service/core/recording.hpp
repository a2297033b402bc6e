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

// The most that all panels of one recording may weigh together, and one of them alone.
inline constexpr std::int64_t kMaxPanelBytes = 8 << 20;
inline constexpr std::int64_t kMaxRecordingPanelBytes = 32 << 20;

}  // namespace vitrine::core

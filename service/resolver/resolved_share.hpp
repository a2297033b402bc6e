#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/core/policy.hpp"
#include "service/core/recording.hpp"
#include "service/core/share.hpp"
#include "service/media/media_store.hpp"
#include "service/store/resolve_store.hpp"

namespace vitrine {

// One media object of an open link, with its signed URL. Of a clip, the URL names the part as a
// media fragment (https://www.w3.org/TR/media-frags/): players heed it, but nothing enforces it.
struct ResolvedMedia {
  core::MediaRole role;
  std::string content_type;
  std::string url;
  core::Instant expires_at;
};

// Only what the sharer made visible: there is no field here that a recipient may not see.
struct ResolvedShare {
  std::optional<std::string> share_title;
  core::Audience audience = core::Audience::anyone;
  core::Window window;
  bool download = false;
  std::optional<core::Clip> clip;
  // By their place in the recording; nothing when comments are hidden.
  std::optional<std::vector<store::resolve_store::Comment>> comments;
  std::string recording_title;
  std::optional<core::Instant> recorded_at;
  std::optional<std::int64_t> duration_ms;
  std::vector<ResolvedMedia> media;
  std::vector<store::resolve_store::Panel> panels;  // the visible ones, as kPanelKinds has them
  std::shared_ptr<const void> rows;                 // keeps the panels' texts
  std::optional<std::string> session;               // to be sent along next time
  core::Instant renew_after;  // ask again from here on; all lives a little longer
};

// What an open link shows. `media_until` is the latest end of a signed URL; none outlives the link.
ResolvedShare resolved_share(const store::resolve_store::Found& found,
                             const media::MediaStore& media, core::Instant media_until);

// Early enough that whoever asks again then has something new before the old ends: after four
// fifths of its life.
core::Instant renewal(core::Instant now, core::Instant expires_at);

}  // namespace vitrine

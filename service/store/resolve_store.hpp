#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/ids.hpp"
#include "service/core/media_key.hpp"
#include "service/core/recording.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::resolve_store {

struct Media {
  core::MediaRole role;
  std::string content_type;
  core::MediaKey key;
};

// All that a resolve reads, of one instant. Parts are there only when the link could be open, and
// panels only when they are visible: what is hidden does not leave the database.
struct Found {
  core::LinkFacts facts;
  std::optional<std::string> share_title;
  bool download;
  std::string recording_title;
  std::optional<core::Instant> recorded_at;
  std::optional<std::int64_t> duration_ms;
  std::vector<Media> media;                 // in the order of the recording
  std::vector<core::PanelDocument> panels;  // in the order of kPanelKinds
};

// One statement. The link must have been made with this `kid`; nothing when there is no such link.
// `include` narrows the panels.
std::optional<Found> find(Transaction& transaction, const core::LinkId& link, std::uint8_t kid,
                          const std::optional<std::vector<core::PanelKind>>& include);

}  // namespace vitrine::store::resolve_store

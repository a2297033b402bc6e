#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/ids.hpp"
#include "service/core/media_key.hpp"
#include "service/core/recording.hpp"
#include "service/core/share.hpp"
#include "service/store/pool.hpp"
#include "service/store/read_session.hpp"

namespace vitrine::store::resolve_store {

// What the caller has proved already, so that the database knows whether the parts may leave it.
struct Proof {
  std::optional<std::int64_t> epoch = {};  // proved while the share's sessions were of this epoch:
  bool passcode_passed = false;
  bool view_taken = false;
  std::optional<core::Instant> until = {};  // that holds as long; nothing: it was proved just now
  bool member = false;                      // of the workspace, at any epoch
  bool operator==(const Proof&) const = default;
};

// One question of a set.
struct Asked {
  core::LinkId link;
  std::uint8_t kid = 0;                                      // the link must have been made with it
  std::optional<std::vector<core::PanelKind>> include = {};  // narrows the panels
  Proof proof = {};
  bool operator==(const Asked&) const = default;
};

struct Media {
  core::MediaRole role;
  std::string content_type;
  core::MediaKey key;
};

// A panel's text where the answer of the database has it: large ones are not copied to be kept.
struct Panel {
  core::PanelKind kind;
  std::string_view json;
};

struct Comment {
  std::optional<std::int64_t> at_ms;
  std::string body;
  std::optional<std::string> author;
  core::Instant created_at;
};

// All that a resolve reads, of one instant. Parts are there only when the link may open for who has
// that proof, and only what is in force and visible: what is hidden does not leave the database.
struct Found {
  core::LinkFacts facts;
  bool proof_holds;  // the epoch is the share's, and `until` is not reached
  bool may_open;     // the parts were read
  bool whole;        // no panel was left out for its size
  core::WorkspaceId workspace;
  std::int64_t session_epoch;
  std::optional<std::string> passcode_hash;
  std::optional<core::Clip> clip;
  std::optional<std::string> share_title;
  std::string recording_title;
  std::optional<core::Instant> recorded_at;
  std::optional<std::int64_t> duration_ms;
  std::vector<Media> media;          // in the order of the recording
  std::vector<Panel> panels;         // in the order of kPanelKinds; what the clip holds
  std::vector<Comment> comments;     // by their place, those without one last; what the clip holds
  std::shared_ptr<const void> rows;  // keeps what `panels` refer to
};

// One statement for all; the answers in the order of the questions, nothing where there is no such
// link. All are of one instant. Panels of more than `largest_panel` bytes are left out, and
// `whole` is false then.
std::vector<std::optional<Found>> find(ReadSession& session, std::span<const Asked> asked,
                                       std::int32_t largest_panel);

// Takes one view of those that the link has left, in one statement, and tells by an event that it
// was the last; false when there is none left, the link was closed, or sessions are of another
// epoch by now.
bool take_view(Transaction& transaction, const core::LinkId& link, std::int64_t epoch);

// The facts of the links of a share, for telling its owner how each fares. Oldest first; one link
// when it is named.
struct LinkState {
  core::LinkId link;
  std::optional<core::Recipient> recipient;
  core::LinkFacts facts;
};
std::vector<LinkState> states(Transaction& transaction, const core::WorkspaceId& workspace,
                              const core::ShareId& share, const std::optional<core::LinkId>& link);

}  // namespace vitrine::store::resolve_store

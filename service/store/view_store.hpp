#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/link_token.hpp"
#include "service/core/page.hpp"
#include "service/core/view.hpp"
#include "service/store/pool.hpp"

// Opens of links: how many there were and, where that is kept, which.
namespace vitrine::store::view_store {

// What becomes of an open depends on this.
struct Target {
  core::LinkFacts facts;
  core::WorkspaceId workspace;
  core::ShareId share;
  core::LinkId link;
  std::int64_t session_epoch;
  std::optional<std::string> recipient_key;
  bool opened;          // by a person, before
  bool notify_on_open;  // the sender wants a mail of the first one
};

// Nothing where there is no such link.
std::optional<Target> find(Transaction& transaction, const core::LinkKeys::Verified& token);

// The same; and nobody changes the share or opens the link before this transaction ends.
std::optional<Target> lock(Transaction& transaction, const core::LinkKeys::Verified& token);

// Counts an open of a locked link. False, and nothing done, when that session's was counted before.
bool count(Transaction& transaction, const Target& target, core::OpenClass open_class,
           std::int64_t session, core::Instant session_end);

// Keeps an open that was counted.
struct NewView {
  core::ClassifiedOpen kind;
  std::optional<std::string> client;
  std::optional<std::string> time_zone;
};
void insert(Transaction& transaction, const Target& target, const NewView& view);

// Newest first; nothing when there is no such share. As many as asked for, and one more when there
// are more.
std::optional<std::vector<core::View>> page(Transaction& transaction,
                                            const core::WorkspaceId& workspace,
                                            const core::ShareId& share,
                                            const core::PageRequest& request);

// Removes every view of a recipient, and what else tells of their opens. The share is locked. Gives
// how many views there were.
std::int64_t erase(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const std::string& recipient_key);

}  // namespace vitrine::store::view_store

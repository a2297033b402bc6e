#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/page.hpp"
#include "service/core/share.hpp"
#include "service/store/pool.hpp"

// Links. One that is neither revoked nor replaced is called current; a recipient has at most one
// current link of a share, which a unique index guards.
namespace vitrine::store::link_store {

struct NewLink {
  core::LinkId id;
  std::optional<core::Recipient> recipient;
};

// All links of a new share, in one statement. `kid` is the number of the link key that signs their
// tokens. No two may have the same recipient.
void insert_many(Transaction& transaction, const core::WorkspaceId& workspace,
                 const core::ShareId& share, std::uint8_t kid, const std::vector<NewLink>& links);

// What the links of a share depend on.
struct Setting {
  bool share_revoked;
  core::Tracking tracking;  // that was granted to the share
  core::Instant now;
};

// Nobody else adds or changes links of the share before this transaction ends, or revokes it.
std::optional<Setting> lock_share(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share);

struct Found {
  Setting setting;
  std::vector<core::Link> links;  // oldest first
};

// Nothing when there is no such share; no link when there is no such link.
std::optional<Found> find(Transaction& transaction, const core::WorkspaceId& workspace,
                          const core::ShareId& share, const core::LinkId& link);
// As many as asked for, and one more when there are more.
std::optional<Found> page(Transaction& transaction, const core::WorkspaceId& workspace,
                          const core::ShareId& share, const core::PageRequest& request);

// Nobody else changes the link before this transaction ends.
std::optional<core::Link> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                               const core::ShareId& share, const core::LinkId& link);

// Adds a link to a locked share. False when that many are current, or one of this recipient is.
bool insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, std::uint8_t kid, const NewLink& link,
            std::size_t max_current);

// The current link of a recipient.
std::optional<core::LinkId> find_recipient(Transaction& transaction,
                                           const core::WorkspaceId& workspace,
                                           const core::ShareId& share, const std::string& key);

// Both change a locked, current link. False when another current link has the recipient.
bool set_recipient(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const core::LinkId& link,
                   const std::optional<core::Recipient>& recipient);

// `successor` takes the place of a locked, current link, with its recipient and its comments; the
// old one dies after `grace`.
void rotate(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::LinkId& link, const core::LinkId& successor,
            std::uint8_t kid, std::chrono::seconds grace);

// With the links that it has replaced; gives all that this revoked. Nothing when the link is
// revoked already, is no link of the share, or has another version.
std::vector<core::LinkId> revoke(Transaction& transaction, const core::WorkspaceId& workspace,
                                 const core::ShareId& share, const core::LinkId& link,
                                 std::optional<std::int64_t> expected_version);

// Every link of these shares that is not revoked yet; gives those.
struct OfShare {
  core::ShareId share;
  core::LinkId link;
};
std::vector<OfShare> revoke_all(Transaction& transaction, const core::WorkspaceId& workspace,
                                const std::vector<core::ShareId>& shares);

}  // namespace vitrine::store::link_store

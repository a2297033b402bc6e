#pragma once

#include <cstdint>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/page.hpp"
#include "service/core/share.hpp"
#include "service/core/share_filter.hpp"
#include "service/store/pool.hpp"

// Which shares of a workspace fit a filter.
namespace vitrine::store::share_list {

// In the order that belongs to the filter, with their links. The request's position is one of the
// same filter.
core::Page<core::Share> page(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::PageRequest& request, const core::ShareFilter& filter);

// Counted up to 10,000, estimated by PostgreSQL's planner beyond.
core::ShareTotal total(Transaction& transaction, const core::WorkspaceId& workspace,
                       const core::ShareFilter& filter);

// Those of the ids that there are, in the order of their ids.
std::vector<core::Share> find_many(Transaction& transaction, const core::WorkspaceId& workspace,
                                   const std::vector<core::ShareId>& ids);

// Of the shares that fit and are not revoked: the oldest, at most so many, and nobody else changes
// them before this transaction ends.
std::vector<core::ShareId> lock_oldest(Transaction& transaction, const core::WorkspaceId& workspace,
                                       const core::ShareFilter& filter, int limit);

// How many shares fit and are not revoked, counted one by one.
std::int64_t count_unrevoked(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::ShareFilter& filter);

// Revokes locked shares; their links are left to link_store.
void revoke_many(Transaction& transaction, const core::WorkspaceId& workspace,
                 const std::vector<core::ShareId>& ids);

}  // namespace vitrine::store::share_list

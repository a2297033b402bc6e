#pragma once

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

}  // namespace vitrine::store::share_list

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "service/core/event_feed.hpp"
#include "service/store/pool.hpp"

// The feed of events, as those read it who follow it. How events get there: event_store.
namespace vitrine::store::feed_store {

// Where an event stands; nothing for one that the workspace does not have, or no longer.
std::optional<core::FeedCursor> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                     const core::EventId& event);

// The end of the feed.
core::FeedCursor newest(Transaction& transaction, const core::WorkspaceId& workspace);

// What follows. Where types are asked for, no more than some thousand events are looked at, so that
// a page costs the same however rare they are; it may then be empty although there is more.
core::FeedPage page(Transaction& transaction, const core::WorkspaceId& workspace,
                    const core::FeedRequest& request);

// The newest position of each of these workspaces; one without an event has none.
using Positions = std::map<core::WorkspaceId, std::int64_t>;
Positions newest_of(Transaction& transaction, const std::set<core::WorkspaceId>& workspaces);

}  // namespace vitrine::store::feed_store

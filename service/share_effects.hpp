#pragma once

#include <vector>

#include "service/core/event.hpp"
#include "service/core/ids.hpp"
#include "service/store/pool.hpp"

// What follows from a change of a share or its links, in the transaction of the change: its events,
// and the instants at which the sweeper has to come back to it.
namespace vitrine {

struct NewShare;

namespace share_effects {

struct NewLinks {
  core::ShareId share;
  std::vector<core::LinkId> links;
};
NewLinks links_of(const NewShare& share);

void created(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const std::vector<NewLinks>& shares);

// Before the rows change: tells what the share has come to that nobody has told yet, because its
// window may be about to move away from it.
void updates(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const core::ShareId& share);
void updated(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const core::ShareId& share);

// Revokes what links these shares have, and tells of both.
void revoked(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const std::vector<core::ShareId>& shares);

// An event of the share alone.
void told(store::Transaction& transaction, const core::WorkspaceId& workspace,
          const core::ShareId& share, core::EventType type);

// An event of one link.
void link_told(store::Transaction& transaction, const core::WorkspaceId& workspace,
               const core::ShareId& share, const core::LinkId& link, core::EventType type);

void links_revoked(store::Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const std::vector<core::LinkId>& links);

void rotated(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const core::ShareId& share, const core::LinkId& link, const core::LinkId& successor);

}  // namespace share_effects
}  // namespace vitrine

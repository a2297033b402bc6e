#pragma once

#include <vector>

#include "service/core/ids.hpp"
#include "service/store/pool.hpp"

// The instants at which something is to be done about what exists. Whoever changes a share plans it
// anew in the same transaction; the sweeper takes what is due (sweep_store).
namespace vitrine::store::due_store {

// Puts down when a share starts and expires that was made in this transaction.
void plan_new(Transaction& transaction, const core::WorkspaceId& workspace,
              const core::ShareId& share);

// Puts down when these shares start, are to be reminded of, expire and are forgotten, by what their
// rows and the policy say now; what was planned otherwise is replanned. Harmless to repeat.
void plan_shares(Transaction& transaction, const core::WorkspaceId& workspace,
                 const std::vector<core::ShareId>& shares);

// A link that was replaced dies at the end of its time of grace.
void plan_link(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::LinkId& link);

// A recording is gone at its own end.
void plan_recording(Transaction& transaction, const core::WorkspaceId& workspace,
                    const core::Uuid& recording);

// The policy has changed what plan_shares() goes by: the sweeper plans every share anew.
void plan_workspace(Transaction& transaction, const core::WorkspaceId& workspace);

}  // namespace vitrine::store::due_store

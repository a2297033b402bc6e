#pragma once

#include "service/core/ids.hpp"
#include "service/core/page.hpp"
#include "service/core/share.hpp"
#include "service/store/pool.hpp"

// What a policy acts on of many shares at once.
namespace vitrine::store::policy_effects_store {

// Shares that are not revoked, newest first, with what policy_effects() looks at: no texts, no
// requested terms, and of the links only one that lives and has a recipient. The page is cut by how
// many shares were passed by, the revoked ones included, so that it costs the same in every
// workspace.
core::Page<core::Share> page(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::Policy& policy, const core::PageRequest& request);

}  // namespace vitrine::store::policy_effects_store

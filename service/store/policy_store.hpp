#pragma once

#include <cstdint>
#include <optional>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/policy.hpp"
#include "service/store/pool.hpp"

// The policy of a workspace: one row, from its beginning.
namespace vitrine::store::policy_store {

struct Row {
  core::Policy policy;
  std::int64_t version;
  core::Instant updated_at;
  core::Instant now;
};

void insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Policy& policy);

Row find(Transaction& transaction, const core::WorkspaceId& workspace);

// Like find, and nobody else changes it before this transaction ends.
Row lock(Transaction& transaction, const core::WorkspaceId& workspace);

// Raises the version. Only for a locked row.
void update(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Policy& policy);

}  // namespace vitrine::store::policy_store

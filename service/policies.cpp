#include "service/policies.hpp"

#include "service/core/error.hpp"
#include "service/store/due_store.hpp"
#include "service/store/event_store.hpp"
#include "service/store/policy_effects_store.hpp"
#include "service/store/policy_store.hpp"

namespace vitrine {
namespace {

using store::Transaction;
namespace policy_store = store::policy_store;

constexpr int kSimulatedAtOnce = 1000;

Policies::Current current(const policy_store::Row& row) {
  return {row.policy, row.version, row.updated_at};
}

core::Policy agreeing(const core::Policy& policy, const core::PolicyPatch& patch) {
  core::Policy then = core::patched(policy, patch);
  if (auto faults = core::contradictions(then, patch); !faults.empty()) {
    throw core::Error(std::move(faults));
  }
  return then;
}

}  // namespace

Policies::Current Policies::get(const core::Principal& principal) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return current(policy_store::find(transaction, principal.workspace));
  });
}

Policies::Current Policies::update(const core::Principal& principal, const core::PolicyPatch& patch,
                                   std::optional<std::int64_t> expected_version) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const policy_store::Row row = policy_store::lock(transaction, workspace);
    if (expected_version && *expected_version != row.version) {
      throw core::Error(core::ErrorCode::etag_mismatch,
                        "The policy was changed since you read it: read it again, then repeat.");
    }
    const core::Policy then = agreeing(row.policy, patch);
    if (then == row.policy) {
      return current(row);
    }
    policy_store::update(transaction, workspace, then);
    store::event_store::append(transaction, workspace, {{core::EventType::policy_updated, {}}});
    if (then.max_ttl != row.policy.max_ttl || then.retention_days != row.policy.retention_days) {
      store::due_store::plan_workspace(transaction, workspace);
    }
    return current(policy_store::find(transaction, workspace));
  });
}

Policies::Simulation Policies::simulate(const core::Principal& principal,
                                        const core::PolicyPatch& patch,
                                        const std::optional<core::Uuid>& after) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::single_read(pool_, [&](Transaction& transaction) {
    const core::Policy now = policy_store::find(transaction, workspace).policy;
    const core::Policy then = agreeing(now, patch);
    const auto page =
        store::policy_effects_store::page(transaction, workspace, now, {kSimulatedAtOnce, after});
    Simulation simulation;
    simulation.next = page.next;
    for (const core::Share& share : page.items) {
      core::PolicyEffects effects = core::policy_effects(share, then);
      if (!core::is_live(effects)) {
        continue;
      }
      ++simulation.examined;
      if (!effects.changes.empty()) {
        simulation.affected.push_back({share.id, std::move(effects)});
      }
    }
    return simulation;
  });
}

}  // namespace vitrine

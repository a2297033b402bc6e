#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "service/core/policy_effects.hpp"
#include "service/core/policy_patch.hpp"
#include "service/core/scope.hpp"

namespace vitrine {

namespace store {
class Pool;
}

// The policy of the principal's workspace. A change acts on every share from the moment the call
// returns. Blocking; thread-safe. Throws unavailable, timeout, outcome_unknown and what a function
// names.
class Policies {
 public:
  explicit Policies(store::Pool& pool) : pool_(pool) {}

  struct Current {
    core::Policy policy;
    std::int64_t version;
    core::Instant updated_at;
  };
  Current get(const core::Principal& principal);

  // A patch that changes nothing makes no version. Throws etag_mismatch, validation_failed.
  Current update(const core::Principal& principal, const core::PolicyPatch& patch,
                 std::optional<std::int64_t> expected_version);

  struct Affected {
    core::ShareId share;
    core::PolicyEffects effects;
  };
  struct Simulation {
    std::int64_t examined = 0;       // live shares that were looked at
    std::vector<Affected> affected;  // those of them that would change, newest first
    std::optional<core::Uuid> next;  // absent when there are no further shares
  };

  // What the patch would change of the next 1,000 shares behind `after`, newest first. Writes
  // nothing. Throws validation_failed.
  Simulation simulate(const core::Principal& principal, const core::PolicyPatch& patch,
                      const std::optional<core::Uuid>& after);

 private:
  store::Pool& pool_;
};

}  // namespace vitrine

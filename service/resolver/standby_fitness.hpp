#pragma once

#include <optional>
#include <string>

#include "service/store/replication_store.hpp"

namespace vitrine {

// Why a standby must not answer resolves: in a sentence that tells how to mend it.
struct Unfit {
  enum class Kind {
    refused,   // the servers are set up so that it could show what was revoked
    left_out,  // it cannot be read from just now
  };
  Kind kind;
  std::string reason;

  bool operator==(const Unfit&) const = default;
};

// A standby may be read from only while no COMMIT on the primary is acknowledged before that
// standby shows it: then a revoked link is closed there too from the moment the call returns.

// What stands against every standby of this primary.
std::optional<Unfit> fault_of(const store::replication_store::PrimaryFacts& primary);

// What stands against this one, on a primary without fault.
std::optional<Unfit> fault_of(const store::replication_store::PrimaryFacts& primary,
                              const store::replication_store::StandbyFacts& standby);

}  // namespace vitrine

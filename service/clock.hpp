#pragma once

#include <chrono>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"

namespace vitrine {

// The process's wall clock: the one place that reads it. It may be wrong; what others are to agree
// on goes by the database's clock (database_clock.hpp).
core::Instant wall_clock_now();

// A new time-ordered id (UUIDv7) from the wall clock and the system's random generator.
// Thread-safe.
core::Uuid new_uuid();

template <class Id>
Id new_id() {
  return Id(new_uuid());
}

}  // namespace vitrine

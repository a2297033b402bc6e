#pragma once

#include <chrono>

#include "service/core/instant.hpp"

namespace vitrine {

namespace store {
class Pool;
}

// The database's clock, without asking it each time: what it said last, and the time since by a
// clock that nobody sets. So replicas on machines whose own clocks are wrong agree on what a signed
// time means. Until it was asked, it is the process's own clock. Thread-safe.
core::Instant database_now();

// Asks it anew; one thread at a time. Throws what a read throws.
void ask_database_clock(store::Pool& pool);

// How far the process's own clock is ahead of it; negative when it is behind. Thread-safe.
std::chrono::microseconds clock_skew();

}  // namespace vitrine

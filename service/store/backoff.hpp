#pragma once

#include <chrono>

namespace vitrine::store {

// How long nobody tries to connect after `failures` attempts in a row failed: 100 ms to 2 s, and a
// little more or less, so that replicas do not come back in step.
std::chrono::milliseconds backoff(int failures);

}  // namespace vitrine::store

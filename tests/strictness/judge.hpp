#pragma once

#include <cstddef>
#include <vector>

#include "tests/strictness/history.hpp"

namespace vitrine::strictness {

// Whether this answer can be given in this state.
bool fits(const State& state, const Proof& proof, const Seen& seen);

enum class Fault {
  stale,     // a state that had been left, and that was acknowledged, before the resolve was sent
  backward,  // an older state than another resolve had shown before this one was sent
  foreign,   // a state the link was never in, or not yet
};

struct Violation {
  Fault fault;
  Resolve resolve;
  std::size_t oldest;  // the version that it had to see at least
  Time known_since;    // when that one had been acknowledged, or shown by another resolve
};

// Holds a history against linearizability (Herlihy and Wing, 1990) of a register: its changes do
// not overlap, so their order is known, and what is left to show is that each resolve can be given
// a version that was not superseded by an acknowledged change when it was sent, that had been sent
// when it was answered, and that is no older than that of any resolve answered before it was sent.
// Giving each one the oldest such version, in the order of their answers, finds an assignment
// whenever there is one.
std::vector<Violation> judge(History history);

// How hard a history is to get right: resolves that overlap a change, and those that were sent
// within `soon` after one was acknowledged.
struct Closeness {
  long overlapping = 0;
  long soon_after = 0;
};
Closeness closeness(const History& history, Time soon);

}  // namespace vitrine::strictness

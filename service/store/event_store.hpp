#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "service/core/event.hpp"
#include "service/store/pool.hpp"

// Events, from the effect to the feed. An effect appends its events in its own transaction; a
// publisher gives them their places afterwards, because transactions commit in another order than
// they began.
namespace vitrine::store::event_store {

// Puts down what this transaction has done, in the order given. With the transaction it happened,
// or never did.
void append(Transaction& transaction, const core::WorkspaceId& workspace,
            const std::vector<core::NewEvent>& events);

struct Published {
  std::int64_t events = 0;
  std::int64_t deliveries = 0;
  std::int64_t last = 0;  // the entry behind which the next of a mountain begin
};

// Moves at most so many events into the feed, and makes one delivery of each for every webhook that
// wants it. One publisher at a time, by an advisory lock that this waits for (at most the
// lock_timeout of the session); so whoever has read the feed up to a position has missed nothing.
// Events before the entry `behind` stay: a search from the beginning walks over the dead entries of
// those that went, and finds those that were committed late.
Published publish(Transaction& transaction, int limit, std::int64_t behind = 0);

// Whether anything waits to be published; cheap.
bool is_waiting(Transaction& transaction);

struct Backlog {
  std::int64_t events;
  std::chrono::milliseconds oldest_age;
};
Backlog backlog(Transaction& transaction);

// Removes at most so many events of the feed that happened longer ago. Gives how many went.
std::int64_t purge(Transaction& transaction, std::chrono::days age, int limit);

}  // namespace vitrine::store::event_store

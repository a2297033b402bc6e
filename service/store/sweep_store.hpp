#pragma once

#include <chrono>
#include <cstdint>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/uuid.hpp"
#include "service/store/pool.hpp"

// The work of the sweeper, in batches. Each function takes at most so many rows of `due` whose
// instant has come, does what they ask for and tells it by events, all in the running transaction;
// rows that another sweeper holds are passed over, and a row that is gone was done. So any number
// of sweepers do everything once. Each gives how many rows it took, and is one statement where
// nothing else is said. Those with a place and one statement do not have their commit waited for:
// what a crash takes back is due again, and an event is shown to nobody before its publisher's
// commit, which is waited for.
namespace vitrine::store::sweep_store {

// Where the search for one kind of work begins. What was taken leaves dead entries in the index
// until PostgreSQL clears them away, and a search from the beginning walks over all of them: with a
// mountain of work, most of the time. So each batch moves the place behind itself, or back to the
// beginning when it took less than it might have. What comes to lie before a place meanwhile is
// found by the next search from the beginning.
struct Place {
  core::Instant due_at{};
  core::Uuid subject{};
};
struct Places {
  Place start, expire, retire, gone, remind, forget;
};

// Which kinds of work there are, by a look at the edges of their indexes.
struct Pending {
  bool start = false, expire = false, retire = false, gone = false, remind = false;
  bool forget = false, reschedule = false, idempotency_keys = false, sessions = false;
  bool operator==(const Pending&) const = default;
  bool any() const { return *this != Pending(); }
};
Pending pending(Transaction& transaction, const Places& places);

// Shares that were scheduled begin.
std::int64_t start(Transaction& transaction, int limit, Place& place);

// Shares end, and with them their links. The end counts that the policy of now gives; a share that
// ends later by now is put down for that.
std::int64_t expire(Transaction& transaction, int limit, Place& place);

// Both for one share, which is about to be changed: what has happened to it is told before.
void catch_up(Transaction& transaction, const core::WorkspaceId& workspace,
              const core::ShareId& share);

// Links that were replaced end, unless they went with their share.
std::int64_t retire(Transaction& transaction, int limit, Place& place);

// Recordings come to their own end.
std::int64_t end_recordings(Transaction& transaction, int limit, Place& place);

// Mails to senders whose shares end soon.
std::int64_t remind(Transaction& transaction, int limit, Place& place);

// Removes what is dead for as long as the policy keeps it: shares with their links, comments,
// opens and mails. Their links are unknown from then on. Several statements.
std::int64_t forget(Transaction& transaction, int limit, Place& place);

// Plans so many more shares anew of a workspace whose policy has changed. Several statements.
std::int64_t reschedule(Transaction& transaction, int limit);

// Viewing sessions that are over.
std::int64_t purge_sessions(Transaction& transaction, int limit);

struct Backlog {
  std::int64_t due;               // counted up to 100,000
  std::chrono::milliseconds lag;  // how long the oldest of it has been due
};
Backlog backlog(Transaction& transaction);

}  // namespace vitrine::store::sweep_store

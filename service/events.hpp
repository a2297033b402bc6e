#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "service/core/event_feed.hpp"
#include "service/core/scope.hpp"
#include "service/store/event_store.hpp"
#include "service/store/pool.hpp"

namespace vitrine {

// Gives at most so many events that wait their places in the feed. Costs one look when none does;
// whoever has come to an entry and knows that there is more spares that, and goes on `behind` it.
// Blocking; any thread, any number at once.
store::event_store::Published publish_waiting(store::Pool& pool, int limit,
                                              std::int64_t behind = 0);

// The feed of what happened in a workspace, for those who follow it. Blocking; thread-safe.
class Events {
 public:
  explicit Events(store::Pool& pool) : pool_(pool) {}

  // Where to read on: behind this event or, without one, from the beginning. The nil id stands
  // before the first event. Throws invalid_parameter for an event that is not in the feed.
  core::FeedCursor behind(const core::Principal& principal,
                          const std::optional<core::EventId>& event);

  // The end of the feed: everything that was done before this call stands before it.
  core::FeedCursor end(const core::Principal& principal);

  // What follows, with everything that was done before this call.
  core::FeedPage list(const core::Principal& principal, const core::FeedRequest& request);

  // The same for one who has waited meanwhile: no more than what the feed is known to hold. Throws
  // unauthenticated when the caller's key has ended.
  core::FeedPage read_on(const core::Principal& principal, const core::FeedRequest& request);

  // Gives the events that wait their places in the feed, some thousand at most.
  void publish();

  std::uint64_t published_total() const noexcept { return published_; }

 private:
  store::Pool& pool_;
  std::atomic<std::uint64_t> published_ = 0;
};

}  // namespace vitrine

#include "service/events.hpp"

#include "service/core/error.hpp"
#include "service/store/feed_store.hpp"
#include "service/store/key_store.hpp"

namespace vitrine {
namespace {

using core::Error;
using core::ErrorCode;
using store::Transaction;

constexpr int kPublishedAtOnce = 1000;
constexpr int kPublishings = 10;

}  // namespace

store::event_store::Published publish_waiting(store::Pool& pool, int limit, std::int64_t behind) {
  if (behind == 0 && !store::single_read(pool, store::event_store::is_waiting)) {
    return {};
  }
  return store::in_transaction(pool, [limit, behind](Transaction& transaction) {
    return store::event_store::publish(transaction, limit, behind);
  });
}

core::FeedCursor Events::behind(const core::Principal& principal,
                                const std::optional<core::EventId>& event) {
  if (!event || event->uuid() == core::Uuid()) {
    return {};
  }
  const auto found = store::single_read(pool_, [&](Transaction& transaction) {
    return store::feed_store::find(transaction, principal.workspace, *event);
  });
  if (!found) {
    throw Error(ErrorCode::invalid_parameter,
                "There is no such event to go on after, or no longer; begin again without one.");
  }
  return *found;
}

core::FeedCursor Events::end(const core::Principal& principal) {
  publish();
  return store::single_read(pool_, [&](Transaction& transaction) {
    return store::feed_store::newest(transaction, principal.workspace);
  });
}

core::FeedPage Events::list(const core::Principal& principal, const core::FeedRequest& request) {
  publish();
  return store::single_read(pool_, [&](Transaction& transaction) {
    return store::feed_store::page(transaction, principal.workspace, request);
  });
}

core::FeedPage Events::read_on(const core::Principal& principal, const core::FeedRequest& request) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    if (store::key_store::living(transaction, {principal.key}).empty()) {
      throw Error(ErrorCode::unauthenticated, "The API key has ended.");
    }
    return store::feed_store::page(transaction, principal.workspace, request);
  });
}

// What this does for whoever asked can be done again by the next one, so nothing of it is in doubt.
void Events::publish() {
  try {
    for (int i = 0; i < kPublishings; ++i) {
      const auto published = publish_waiting(pool_, kPublishedAtOnce).events;
      if (published == 0) {
        return;
      }
      published_ += static_cast<std::uint64_t>(published);
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::outcome_unknown) {
      throw;
    }
    throw Error(ErrorCode::unavailable, "The database did not answer in time; try again.")
        .retry_after(std::chrono::seconds(1));
  }
}

}  // namespace vitrine

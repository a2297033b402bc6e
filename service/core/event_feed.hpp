#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "service/core/event.hpp"

namespace vitrine::core {

// How far somebody has read the feed of a workspace. Positions are the database's own and grow with
// the feed; outside, the place is named by the event that stands there.
struct FeedCursor {
  std::int64_t position = 0;     // before the first event
  std::optional<EventId> event;  // nothing: before the first event
};

struct FeedRequest {
  FeedCursor after;
  std::vector<EventType> types = {};  // none: all
  int size = 50;                      // 1 to 200
};

struct FeedPage {
  std::vector<Event> events;  // in the order of the feed
  FeedCursor next;            // the last event that was looked at, whether it was wanted or not
  bool has_more = false;      // the feed goes on behind `next`
};

}  // namespace vitrine::core

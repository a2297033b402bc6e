#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "api/http/message.hpp"
#include "api/query.hpp"
#include "service/core/event_feed.hpp"

namespace vitrine::api {

// What is asked of the feed. Where to begin is not known by its position yet.
struct FeedQuery {
  std::optional<core::EventId> after;
  std::vector<core::EventType> types;
  int size;
  std::chrono::seconds wait;  // for a first event, when there is none
};
FeedQuery read_feed_query(const Query& query);  // throws invalid_parameter

// Last-Event-ID, by which a client of a stream goes on where it was. Throws invalid_parameter.
std::optional<core::EventId> last_event_id(const http::Headers& headers);

// {items, next_after, has_more}
std::string to_json(const core::FeedPage& page);

// The same for text/event-stream (WHATWG HTML section 9.2.6). Empty for a page without events.
std::string to_event_stream(const core::FeedPage& page);

// A client that has read up to here is told so without an event.
std::string event_stream_place(const core::FeedCursor& cursor);

}  // namespace vitrine::api

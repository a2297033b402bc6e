#include "api/event_stream.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "api/event_dto.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

using std::chrono::steady_clock;
using Ready = std::function<void(std::string)>;

// Proxies end a connection on which nothing moved for a minute, some sooner.
constexpr std::chrono::seconds kHeartbeat{15};
constexpr std::string_view kSignOfLife = ": nothing new\n\n";
constexpr std::string_view kComeBackAfter = "retry: 3000\n";  // milliseconds

}  // namespace

// One thread at a time: the connection's asks for the next piece, then another one makes it.
struct EventStream::Reading : std::enable_shared_from_this<Reading> {
  Reading(Events& feed, EventWatch& watching, const core::Principal& who, core::FeedRequest asked)
      : events(feed),
        watch(watching),
        caller(who),
        request(std::move(asked)),
        place(watch.take_place(who.workspace)) {}

  void wait(Ready ready, bool has_news);
  void read(const Ready& ready);
  void go_on(EventWatch::Turn turn, const Ready& ready);

  Events& events;
  EventWatch& watch;
  const core::Principal caller;
  core::FeedRequest request;
  const EventWatch::Place place;
  bool begun = false;
  bool has_more = true;
  bool untold = false;  // went on over events that the client does not want
  steady_clock::time_point heartbeat_at;
};

EventStream::EventStream(Events& events, EventWatch& watch, const core::Principal& caller,
                         core::FeedRequest request)
    : reading_(std::make_shared<Reading>(events, watch, caller, std::move(request))) {}

EventStream::~EventStream() = default;

// The first piece tells the place, so that who loses the connection before the first event, too,
// goes on where it began.
void EventStream::next(Ready ready) {
  Reading& reading = *reading_;
  reading.heartbeat_at = steady_clock::now() + kHeartbeat;
  if (!std::exchange(reading.begun, true)) {
    ready(std::string(kComeBackAfter) + event_stream_place(reading.request.after));
    return;
  }
  reading.wait(std::move(ready), reading.has_more);
}

void EventStream::Reading::wait(Ready ready, bool has_news) {
  const std::weak_ptr<Reading> self = weak_from_this();
  watch.wait({caller, request.after, heartbeat_at, [self] { return !self.expired(); },
              [self, ready = std::move(ready)](EventWatch::Turn turn) {
                if (const auto reading = self.lock()) {
                  reading->go_on(turn, ready);
                }
              },
              has_news});
}

// Ends the stream by an empty piece. A database that does not answer is waited for: the watch tells
// the news again when it does.
void EventStream::Reading::go_on(EventWatch::Turn turn, const Ready& ready) {
  try {
    if (turn == EventWatch::Turn::news) {
      read(ready);
    } else if (turn == EventWatch::Turn::time_up) {
      ready(std::exchange(untold, false) ? event_stream_place(request.after)
                                         : std::string(kSignOfLife));
    } else {
      ready({});
    }
  } catch (const core::Error& error) {
    if (error.code() == core::ErrorCode::unauthenticated) {
      ready({});
    } else {
      wait(ready, false);
    }
  } catch (const std::exception&) {
    return;  // without `ready` the connection breaks off, and the client comes back
  }
}

void EventStream::Reading::read(const Ready& ready) {
  const core::FeedPage page = events.read_on(caller, request);
  untold = untold || page.next.position != request.after.position;
  request.after = page.next;
  has_more = page.has_more;
  std::string text = to_event_stream(page);
  if (text.empty()) {
    wait(ready, has_more);
    return;
  }
  untold = untold && page.events.back().id != request.after.event;
  ready(std::move(text));
}

}  // namespace vitrine::api

#include "api/events.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "api/answer.hpp"
#include "api/event_dto.hpp"
#include "api/event_stream.hpp"
#include "api/media_type.hpp"
#include "service/core/error.hpp"
#include "service/event_watch.hpp"
#include "service/events.hpp"

namespace vitrine::api {
namespace {

using std::chrono::steady_clock;

constexpr int kStreamPiece = 100;

http::Response with_vary(http::Response response) {
  response.headers.add("Vary", "Accept");
  return response;
}

http::Response page_answer(const core::FeedPage& page) {
  return with_vary(json_answer(to_json(page)));
}

// Whoever names no place follows the feed from now on.
http::Response stream_answer(const Call& call, const FeedQuery& query) {
  Events& events = call.use().events;
  const auto last = last_event_id(call.request.head.headers);
  const auto& after = last ? last : query.after;
  const core::FeedRequest request{
      after ? events.behind(call.principal(), after) : events.end(call.principal()), query.types,
      kStreamPiece};
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("X-Accel-Buffering", "no");  // nginx passes each event on at once
  response.source =
      std::make_shared<EventStream>(events, call.use().event_watch, call.principal(), request);
  return with_vary(std::move(response));
}

// One caller that waits for the first event behind its place. Shared by the turns of its wait.
struct LongPoll : std::enable_shared_from_this<LongPoll> {
  const Call& call;  // kept alive by `done`
  Done done;
  Failed failed;
  core::FeedRequest request;
  steady_clock::time_point until;
  EventWatch::Place place;

  LongPoll(const Call& waiting, Done answer, Failed failure, core::FeedRequest asked,
           std::chrono::seconds patience)
      : call(waiting),
        done(std::move(answer)),
        failed(std::move(failure)),
        request(std::move(asked)),
        until(steady_clock::now() + patience),
        place(call.use().event_watch.take_place(call.principal().workspace)) {}

  void wait() {
    call.use().event_watch.wait(
        {call.principal(), request.after, until, [this] { return !call.client_left(); },
         [self = shared_from_this()](EventWatch::Turn turn) { self->go_on(turn); }});
  }

  void go_on(EventWatch::Turn turn) {
    if (turn == EventWatch::Turn::news) {
      try {
        read();
      } catch (const std::exception&) {
        failed(std::current_exception());
      }
    } else if (turn == EventWatch::Turn::key_ended) {
      failed(std::make_exception_ptr(
          core::Error(core::ErrorCode::unauthenticated, "The API key has ended meanwhile.")));
    } else {
      done(page_answer({{}, request.after, false}));
    }
  }

  void read() {
    const core::FeedPage page = call.use().events.read_on(call.principal(), request);
    request.after = page.next;
    if (page.events.empty() && !page.has_more) {
      wait();
    } else {
      done(page_answer(page));
    }
  }
};

}  // namespace

void list_events(const Call& call, const Done& done, const Failed& failed) {
  const FeedQuery query = read_feed_query(call.query);
  if (prefers_event_stream(call.request.head.headers)) {
    done(stream_answer(call, query));
    return;
  }
  Events& events = call.use().events;
  core::FeedRequest request{events.behind(call.principal(), query.after), query.types, query.size};
  const core::FeedPage page = events.list(call.principal(), request);
  const bool waits = query.wait.count() > 0 && call.request.head.method == http::Method::get;
  if (!waits || !page.events.empty() || page.has_more) {
    done(page_answer(page));
    return;
  }
  request.after = page.next;
  std::make_shared<LongPoll>(call, done, failed, std::move(request), query.wait)->wait();
}

}  // namespace vitrine::api

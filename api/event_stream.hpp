#pragma once

#include <memory>
#include <optional>

#include "api/http/message.hpp"
#include "service/event_watch.hpp"
#include "service/events.hpp"

namespace vitrine::api {

// The feed as a body without an end (text/event-stream, WHATWG HTML section 9.2): events as they
// come, and a sign of life in between. It ends when the caller's key does, and when the process
// leaves; the client then comes back by itself and goes on behind the last id it was told.
class EventStream final : public http::BodySource {
 public:
  // `events` and `watch` must outlive the connections.
  EventStream(Events& events, EventWatch& watch, const core::Principal& caller,
              core::FeedRequest request);
  ~EventStream() override;

  std::optional<std::uint64_t> size() const override { return std::nullopt; }
  void next(std::function<void(std::string)> ready) override;

 private:
  struct Reading;  // shared with the wait under way, which does not keep it alive
  std::shared_ptr<Reading> reading_;
};

}  // namespace vitrine::api

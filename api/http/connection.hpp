#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/completion_queue.hpp"
#include "api/http/inbox.hpp"
#include "api/http/incoming_body.hpp"
#include "api/http/message.hpp"
#include "api/http/outbox.hpp"
#include "api/http/reply_target.hpp"
#include "api/http/request_parser.hpp"
#include "api/http/worker.hpp"

namespace vitrine::http {

// One client's connection: reads a request, hands it over, writes the answer, goes on with the
// next. While a request is being answered nothing is read, so a client that pipelines is held back
// by TCP. All members run on the connection's own worker, unless they say otherwise. Other threads
// only hold weak pointers, and may let go of it last; it is closed by then.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Worker& worker, int fd, std::string peer_address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Events. After any of them the connection may be closed(), and its descriptor retired.
  void on_readable(bool peer_finished);
  void on_writable();
  void on_hangup();  // both directions are gone
  void on_completion(Completion completion);
  // Takes the answer to the request that this very worker is handing over; false, and nothing
  // taken, at any other time: then it must not be answered in the midst of something else.
  bool answer_at_once(std::uint64_t exchange, Response& response);
  void on_tick();
  void on_drain();

  // Answers 503 without waiting for a request, because there are too many connections.
  void turn_away(bool linger);
  void close() noexcept;
  bool closed() const noexcept { return state_ == State::closed; }

  // The client will send no more; what it sent may be yet to be read. Any thread may ask.
  bool peer_finished() const noexcept { return peer_finished_.load(std::memory_order_relaxed); }

 private:
  using Clock = std::chrono::steady_clock;
  enum class State { head, body, busy, writing, lingering, closed };

  // Reading.
  void advance();
  bool step();  // false when it needs more input
  bool step_head();
  bool step_body();
  void receive();
  void end_of_input();
  void begin_request();
  void begin_exchange(ParsedHead parsed);
  void admit_body(std::uint64_t length, bool expects_continue);
  void dispatch();

  // Answering.
  void refuse(core::ErrorCode code, std::string_view detail, const RequestHead* head);
  void respond(Response response, bool must_close);
  void flush();
  void pull_chunk();
  void on_chunk(std::optional<std::string> bytes);
  void send_chunk(std::string bytes);
  void notice_vanished_client();
  bool stream_is_over() const noexcept;
  void end_stream();
  void finish_exchange();
  void end_politely();
  void abort() noexcept;
  void set_in_flight(bool in_flight) noexcept;
  void set_deadline(std::chrono::milliseconds delay) { deadline_ = worker_.now + delay; }
  ExchangeAddress address();

  Worker& worker_;
  const int fd_;
  const std::string peer_address_;

  State state_ = State::head;
  Clock::time_point deadline_;  // of what `state_` waits for
  Inbox inbox_;
  bool readable_ = true;  // the socket may have more; edge-triggered, so this remembers it
  std::atomic<bool> peer_finished_ = false;
  bool end_of_stream_ = false;  // all it sent was read
  bool watches_write_ = false;  // set for good at the first partial write
  bool in_flight_ = false;      // from a request's first byte to its answer's last
  std::uint64_t exchange_ = 0;  // counts requests, so that late completions find nobody
  std::size_t lingered_ = 0;

  RequestParser parser_;
  IncomingBody body_;
  std::uint64_t body_mark_ = 0;  // bytes missing when the body last made progress
  Request request_;
  bool hands_over_ = false;
  bool head_only_ = false;
  bool http_1_0_ = false;
  bool keep_alive_ = true;

  Outbox outbox_;
  std::shared_ptr<BodySource> source_;
  std::uint64_t source_left_ = 0;
  bool streams_ = false;  // of unknown length, and not at its end
  bool awaits_chunk_ = false;
  bool closing_ = false;
  bool linger_ = false;
};

}  // namespace vitrine::http

#include "api/http/connection.hpp"

#include <algorithm>
#include <new>
#include <utility>
#include <variant>

namespace vitrine::http {
namespace {

// After so many reads or requests in a row others get their turn.
constexpr int kReadsPerTurn = 16;
constexpr std::uint64_t kRequestsPerTurn = 32;
// A body that trickles slower than this per timeout makes no progress.
constexpr std::uint64_t kBodyProgress = 1024;
constexpr auto kNever = std::chrono::steady_clock::time_point::max();
// A connection that never asked anything may have a request on its way when the drain begins, and
// one that is sent a stream may not have read all of it.
constexpr std::chrono::milliseconds kDrainGrace{1000};

HeadLimits head_limits(const ServerOptions& options) {
  return {options.max_head_bytes, options.max_fields, options.max_target_bytes};
}

}  // namespace

Connection::Connection(Worker& worker, int fd, std::string peer_address)
    : worker_(worker),
      fd_(fd),
      peer_address_(std::move(peer_address)),
      parser_(head_limits(worker.edge.options)) {
  set_deadline(worker_.edge.options.idle_timeout);
}

Connection::~Connection() { set_in_flight(false); }

void Connection::on_readable(bool peer_finished) {
  readable_ = true;
  if (peer_finished)
    peer_finished_.store(true, std::memory_order_relaxed);
  if (awaits_chunk_ && stream_is_over())
    end_stream();
  advance();
}

// What the client sent before it left is still done, but nobody can be told: the hangup is not
// announced again.
void Connection::on_hangup() {
  if (state_ != State::busy && state_ != State::writing)
    on_readable(true);
  if (state_ == State::busy || state_ == State::writing)
    close();
}

void Connection::on_completion(Completion completion) {
  if (completion.exchange != exchange_ || closed())
    return;
  if (std::holds_alternative<Resume>(completion.what)) {
    advance();
    return;
  }
  if (auto* chunk = std::get_if<Chunk>(&completion.what)) {
    on_chunk(std::move(chunk->bytes));
  } else if (state_ == State::busy) {
    if (auto* response = std::get_if<Response>(&completion.what)) {
      respond(std::move(*response), false);
    } else {
      respond(worker_.edge.application.refuse(core::ErrorCode::internal,
                                              "The request could not be answered.", nullptr),
              false);
    }
  }
  advance();
}

void Connection::on_tick() {
  if (worker_.now < deadline_ || closed())
    return;
  if ((state_ == State::head && !in_flight_) || state_ == State::lingering) {
    close();
    return;
  }
  worker_.edge.timed_out_total.fetch_add(1, std::memory_order_relaxed);
  if (state_ == State::writing) {
    abort();
    return;
  }
  refuse(core::ErrorCode::request_timeout, "The request did not arrive in time.",
         state_ == State::body ? &request_.head : nullptr);
}

void Connection::on_drain() {
  if (streams_) {
    if (awaits_chunk_)
      end_stream();
    deadline_ = std::min(deadline_, worker_.now + kDrainGrace);
    advance();
    return;
  }
  if (state_ != State::head || in_flight_)
    return;
  on_readable(false);
  if (state_ != State::head || in_flight_)
    return;
  if (exchange_ > 0) {
    close();
  } else {
    deadline_ = std::min(deadline_, worker_.now + kDrainGrace);
  }
}

// A loop and not a recursion: a client that pipelines thousands of requests that are answered on
// the spot must not cost stack.
void Connection::advance() {
  int reads = 0;
  const std::uint64_t last_exchange = exchange_ + kRequestsPerTurn;
  while (state_ == State::head || state_ == State::body || state_ == State::lingering) {
    if (reads > kReadsPerTurn || exchange_ > last_exchange) {
      worker_.completions->post({weak_from_this(), exchange_, Resume{}});
      break;
    }
    if (!inbox_.empty() && step())
      continue;
    if (end_of_stream_) {
      end_of_input();
    } else if (!readable_) {
      break;
    } else {
      ++reads;
      receive();
    }
  }
  inbox_.keep();
}

void Connection::receive() {
  bool drained = false;
  switch (inbox_.fill(fd_, worker_.receive_buffer, drained)) {
    case Inbox::Fill::got:
    case Inbox::Fill::nothing:
      // A short read means that the next byte will be announced; but the end of the stream may
      // have been announced already, together with the bytes before it.
      if (drained && !peer_finished())
        readable_ = false;
      break;
    case Inbox::Fill::finished:
      end_of_stream_ = true;
      break;
    case Inbox::Fill::broken:
      close();
      break;
  }
}

void Connection::end_of_input() {
  if (state_ == State::lingering || (state_ == State::head && inbox_.empty())) {
    close();
  } else {
    refuse(core::ErrorCode::malformed_request, "The request ended early.", nullptr);
  }
}

bool Connection::step() {
  if (state_ == State::head)
    return step_head();
  if (state_ == State::body)
    return step_body();
  constexpr std::size_t kMostLingeredBytes = 64U << 20;
  lingered_ += inbox_.view().size();
  inbox_.clear();
  if (lingered_ > kMostLingeredBytes)
    close();
  return true;
}

bool Connection::step_head() {
  if (!in_flight_)
    begin_request();
  auto result = parser_.parse(inbox_.view());
  if (std::holds_alternative<NeedMore>(result))
    return false;
  if (auto* error = std::get_if<FramingError>(&result)) {
    head_only_ = error->head_method;
    refuse(error->code, error->detail, error->head ? &*error->head : nullptr);
    return true;
  }
  auto& parsed = std::get<ParsedHead>(result);
  inbox_.consume(parsed.bytes);
  begin_exchange(std::move(parsed));
  return true;
}

void Connection::begin_request() {
  set_in_flight(true);
  ++exchange_;
  set_deadline(worker_.edge.options.head_timeout);
  head_only_ = http_1_0_ = false;
}

void Connection::begin_exchange(ParsedHead parsed) {
  head_only_ = parsed.head.method == Method::head;
  http_1_0_ = parsed.http_1_0;
  keep_alive_ = parsed.keep_alive;
  const std::uint64_t length = parsed.head.content_length.value_or(0);
  request_.head = std::move(parsed.head);
  request_.head.peer_address = peer_address_;
  request_.received_at = worker_.now;

  auto admission = worker_.edge.application.admit(request_.head);
  request_.tag = admission.tag;
  if (admission.refusal) {
    respond(std::move(*admission.refusal), length > 0);
  } else if (admission.needs_body && !request_.head.content_length) {
    refuse(core::ErrorCode::length_required, "Content-Length is needed.", &request_.head);
  } else if (length > admission.body_limit) {
    refuse(core::ErrorCode::content_too_large, "The request body is too large.", &request_.head);
  } else if (length > 0) {
    admit_body(length, parsed.expects_continue);
  } else {
    dispatch();
  }
}

void Connection::admit_body(std::uint64_t length, bool expects_continue) {
  body_.expect(length);
  request_.hold = BodyHold(worker_.edge.body_budget);
  body_mark_ = length;
  state_ = State::body;
  set_deadline(worker_.edge.options.body_progress_timeout);
  if (!expects_continue || !inbox_.empty())
    return;
  bool progress = false;
  outbox_.put("HTTP/1.1 100 Continue\r\n\r\n");
  // So few bytes on an otherwise empty socket fit, or the client is not reading at all.
  if (outbox_.flush(fd_, progress) != Outbox::Flush::done)
    close();
}

bool Connection::step_body() {
  try {
    const std::size_t taken = body_.take(inbox_.view());
    if (!request_.hold.grow(taken)) {
      throw std::bad_alloc();
    }
    inbox_.consume(taken);
  } catch (const std::bad_alloc&) {
    body_.release();
    request_.hold = {};
    refuse(core::ErrorCode::overloaded, "There is no memory for this request now.", &request_.head);
    return true;
  }
  const std::uint64_t missing = body_.missing();
  if (missing == 0) {
    request_.body = body_.release();
    dispatch();
  } else if (body_mark_ - missing >= kBodyProgress) {
    body_mark_ = missing;
    set_deadline(worker_.edge.options.body_progress_timeout);
  }
  return true;
}

void Connection::dispatch() {
  state_ = State::busy;
  deadline_ = kNever;
  hands_over_ = true;
  worker_.edge.application.handle(std::move(request_), make_reply(address()));
  hands_over_ = false;
}

}  // namespace vitrine::http

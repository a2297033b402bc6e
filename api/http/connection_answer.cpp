// The answering half of a connection; the reading half is in connection.cpp.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <utility>

#include "api/http/connection.hpp"

namespace vitrine::http {
namespace {

constexpr auto kNever = std::chrono::steady_clock::time_point::max();
// How long what a client still sends after its last answer is read and thrown away, so that the
// answer is not lost to a reset.
constexpr std::chrono::milliseconds kLingerTime{2000};
// A body up to here is copied behind its head: one piece is sent faster than two.
constexpr std::size_t kCopiedBody = 16UL * 1024;

// RFC 9112 section 7.1: the size in hexadecimal, then the bytes and an end of line.
void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  out.append(digits.data(), end).append("\r\n");
}

}  // namespace

void Connection::turn_away(bool linger) {
  begin_request();
  refuse(core::ErrorCode::overloaded, "There are too many connections.", nullptr);
  if (!linger)
    close();
}

void Connection::refuse(core::ErrorCode code, std::string_view detail, const RequestHead* head) {
  Response response = worker_.edge.application.refuse(code, detail, head);
  // TRACE is refused before the application could know it; RFC 9110 section 15.5.6 wants the list.
  if (code == core::ErrorCode::method_not_allowed && response.headers.count("Allow") == 0) {
    response.headers.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  }
  respond(std::move(response), true);
}

void Connection::respond(Response response, bool must_close) {
  const bool draining = worker_.edge.draining.load(std::memory_order_relaxed);
  const bool sends_body = !head_only_ && may_have_body(response.status);
  streams_ = sends_body && response.source && !response.source->size();
  closing_ = must_close || response.close || !keep_alive_ || draining || (streams_ && http_1_0_);
  // A client that asked for the end sends nothing more; any other may be sending right now.
  linger_ = keep_alive_ || must_close;
  std::string& out = worker_.send_buffer;
  out.clear();
  worker_.writer.write_head(response, {head_only_, http_1_0_, closing_}, out);
  if (streams_)
    notice_vanished_client();
  if (!sends_body) {
    response.body.clear();
    response.source.reset();
  }
  request_ = {};
  source_ = std::move(response.source);
  source_left_ = source_ ? source_->size().value_or(0) : 0;
  awaits_chunk_ = false;
  if (source_ || response.body.size() <= kCopiedBody) {
    out += source_ ? std::string_view() : response.body;
    response.body.clear();
  }
  outbox_.put(out, std::move(response.body));
  state_ = State::writing;
  set_deadline(worker_.edge.options.slow_reader_timeout);
  flush();
}

// Who pulls a plug takes no leave. The kernel then gives up on what nobody acknowledges as soon as
// this server would on a slow reader, and not after a quarter of an hour.
void Connection::notice_vanished_client() {
  const auto patience = static_cast<unsigned>(worker_.edge.options.slow_reader_timeout.count());
  ::setsockopt(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
}

bool Connection::answer_at_once(std::uint64_t exchange, Response& response) {
  if (!hands_over_ || exchange != exchange_ || state_ != State::busy)
    return false;
  respond(std::move(response), false);
  return true;
}

void Connection::on_writable() {
  if (state_ != State::writing || outbox_.empty())
    return;
  flush();
  advance();
}

void Connection::flush() {
  bool progress = false;
  switch (outbox_.flush(fd_, progress)) {
    case Outbox::Flush::broken:
      close();
      return;
    case Outbox::Flush::blocked:
      if (progress)
        set_deadline(worker_.edge.options.slow_reader_timeout);
      if (!std::exchange(watches_write_, true))
        worker_.watch_writable(fd_);
      return;
    case Outbox::Flush::done:
      if (streams_ && stream_is_over()) {
        end_stream();
      } else if (streams_ || source_left_ > 0) {
        pull_chunk();
      } else {
        finish_exchange();
      }
      return;
  }
}

void Connection::pull_chunk() {
  awaits_chunk_ = true;
  deadline_ = kNever;
  source_->next(make_chunk_receiver(address()));
}

void Connection::on_chunk(std::optional<std::string> bytes) {
  if (state_ != State::writing || !std::exchange(awaits_chunk_, false))
    return;
  if (streams_ && bytes && bytes->empty()) {
    end_stream();
  } else if (!bytes || (!streams_ && (bytes->empty() || bytes->size() > source_left_))) {
    // What the head promised cannot be kept: only a broken connection tells the client.
    abort();
  } else {
    send_chunk(std::move(*bytes));
  }
}

void Connection::send_chunk(std::string bytes) {
  std::string& size = worker_.send_buffer;
  size.clear();
  if (!streams_) {
    source_left_ -= bytes.size();
  } else if (!http_1_0_) {
    append_chunk_size(size, bytes.size());
    bytes += "\r\n";
  }
  outbox_.put(size, std::move(bytes));
  set_deadline(worker_.edge.options.slow_reader_timeout);
  flush();
}

// A client that will send no more has left, as far as can be told: one that reads on is told to
// come again, which a client of a stream must be able to do anyway.
bool Connection::stream_is_over() const noexcept {
  return streams_ && (peer_finished() || worker_.edge.draining.load(std::memory_order_relaxed));
}

void Connection::end_stream() {
  streams_ = false;
  awaits_chunk_ = false;
  source_.reset();
  closing_ = closing_ || worker_.edge.draining.load(std::memory_order_relaxed);
  outbox_.put(http_1_0_ ? std::string_view() : "0\r\n\r\n");
  set_deadline(worker_.edge.options.slow_reader_timeout);
  flush();
}

void Connection::finish_exchange() {
  source_.reset();
  set_in_flight(false);
  if (closing_ || worker_.edge.draining.load(std::memory_order_relaxed)) {
    end_politely();
    return;
  }
  state_ = State::head;
  set_deadline(worker_.edge.options.idle_timeout);
}

void Connection::end_politely() {
  inbox_.clear();
  if (end_of_stream_ || !linger_) {
    close();
    return;
  }
  ::shutdown(fd_, SHUT_WR);
  state_ = State::lingering;
  lingered_ = 0;
  set_deadline(kLingerTime);
}

// Throws away what the kernel holds for a client that does not read, and tells it by a reset.
void Connection::abort() noexcept {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Connection::close() noexcept {
  if (closed())
    return;
  state_ = State::closed;
  streams_ = awaits_chunk_ = false;
  set_in_flight(false);
  inbox_.clear();
  outbox_.clear();
  source_.reset();
  worker_.retire(fd_);
}

void Connection::set_in_flight(bool in_flight) noexcept {
  if (std::exchange(in_flight_, in_flight) == in_flight)
    return;
  if (in_flight) {
    worker_.in_flight->increase();
  } else {
    worker_.in_flight->decrease();
  }
}

ExchangeAddress Connection::address() { return {worker_.completions, weak_from_this(), exchange_}; }

}  // namespace vitrine::http

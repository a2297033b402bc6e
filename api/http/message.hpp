#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/body_budget.hpp"
#include "api/http/headers.hpp"

// What the rest of `api` sees of HTTP. Nothing here names Pistache, so the edge can be replaced in
// one folder.
namespace vitrine::http {

enum class Method { get, head, post, put, patch, delete_, options };
std::string_view to_text(Method method);

// A request's head, already strictly framed: exactly one Host, an origin-form target of visible
// ASCII, no obs-fold, no Transfer-Encoding.
struct RequestHead {
  Method method = Method::get;
  std::string path;   // raw, before the first '?', still percent-encoded
  std::string query;  // raw, after it; empty when there is none
  bool has_query = false;
  Headers headers;
  std::optional<std::uint64_t> content_length;
  std::string peer_address;  // textual, without port
};

struct Request {
  RequestHead head;
  std::string body;
  std::uint32_t tag = 0;                              // what Application::admit chose for it
  std::chrono::steady_clock::time_point received_at;  // when the head was complete
  BodyHold hold;  // the body's place in the server's memory; ends with the request
};

// A body that is made while it is sent, so that a large one costs bounded memory, and one that has
// no end yet can be sent at all.
class BodySource {
 public:
  virtual ~BodySource() = default;

  // Bytes in all. Nothing: a stream, which ends when it ends. Between two chunks of a stream any
  // time may pass. The edge ends it early, and as cleanly as if it had ended by itself, when the
  // client will send no more or the server drains.
  virtual std::optional<std::uint64_t> size() const = 0;

  // Called on the connection's reactor thread, never twice at once; must not block. Gives the next
  // bytes to `ready` from any thread: a non-empty chunk of at most 256 KiB, or an empty string at
  // the end of a stream. When it cannot go on, it drops `ready` uncalled; the connection is then
  // broken off, so that the client does not take what it got for all. (An empty string before the
  // promised size means the same.) The source must outlive the call itself (keep a shared_ptr to
  // what the other thread needs): a client that leaves destroys it.
  virtual void next(std::function<void(std::string)> ready) = 0;
};

struct Response {
  int status = 200;
  Headers headers;  // without Date, Content-Length and Connection, which the edge writes
  std::string body;
  std::shared_ptr<BodySource> source;  // instead of `body`
  bool close = false;                  // close the connection after this answer
};

// The right to answer one request, once, from any thread. When it is destroyed unanswered, the edge
// answers 500, so that no client waits for ever. Answering after the client has gone is harmless.
class Reply {
 public:
  class Target;  // the edge's side
  explicit Reply(std::unique_ptr<Target> target);
  Reply(Reply&&) noexcept;
  Reply& operator=(Reply&&) noexcept;
  ~Reply();

  void complete(Response response) &&;

  // Whether anybody still waits for the answer: no longer once it was given, or once the client's
  // connection is gone. Work for nobody can then be left undone. Any thread may ask, though not
  // while another one completes.
  bool wanted() const noexcept;

  // Whether the client has left, as far as can be told: nobody waits, or it will send no more. HTTP
  // lets such a client read on, so it must be answered; but it is no reason to let time pass.
  bool left() const noexcept;

 private:
  std::unique_ptr<Target> target_;
};

class Reply::Target {
 public:
  virtual ~Target() = default;
  virtual void complete(Response response) = 0;
  virtual bool wanted() const noexcept = 0;
  virtual bool left() const noexcept { return !wanted(); }
  virtual void abandon() = 0;
};

}  // namespace vitrine::http

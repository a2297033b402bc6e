#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "service/core/error.hpp"

namespace vitrine::http {

// What the edge asks of the program behind it. Called on reactor threads: must never block, must
// never throw.
class Application {
 public:
  virtual ~Application() = default;

  // Judges a complete head before its body is read (route, method, media type, size). With a
  // refusal the edge answers it, and reads no body: the connection closes when one was announced.
  struct Admission {
    std::uint64_t body_limit = 0;  // bytes; a larger Content-Length is refused as content_too_large
    bool needs_body = false;       // without Content-Length: length_required
    std::uint32_t tag = 0;         // handed back in Request::tag
    std::optional<Response> refusal;
  };
  virtual Admission admit(const RequestHead& head) = 0;

  // Takes a whole request. Answers now or later, from any thread.
  virtual void handle(Request request, Reply reply) = 0;

  // Renders what the edge refuses by itself: framing errors, timeouts, too many connections, a
  // reply that was abandoned. `head` is null when there was none that could be read.
  virtual Response refuse(core::ErrorCode code, std::string_view detail,
                          const RequestHead* head) = 0;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  int threads = 2;
  int backlog = 4096;
  std::size_t max_connections = 10'000;        // further ones get 503 and are closed
  std::uint64_t max_body_bytes = 256UL << 20;  // of all bodies in memory; past it 503, and closed
  std::size_t max_head_bytes = 16UL * 1024;
  std::size_t max_fields = 64;
  std::size_t max_target_bytes = 8000;
  std::chrono::milliseconds head_timeout{5'000};
  std::chrono::milliseconds body_progress_timeout{10'000};
  std::chrono::milliseconds idle_timeout{20'000};
  std::chrono::milliseconds slow_reader_timeout{20'000};
};

// An HTTP/1.1 server on Pistache's listener and our own transport. Answers leave in order, one per
// request, and only to the connection that asked.
class Server {
 public:
  Server(ServerOptions options, Application& application);
  ~Server();

  // Binds and serves on its own threads. Throws std::runtime_error with a sentence for the operator
  // (for example, that the port is in use).
  void start();
  std::uint16_t port() const;

  // Graceful end: from now on every answer says `Connection: close` and idle connections close.
  // Returns when nothing is in flight, or at the deadline; true when all was finished.
  bool drain(std::chrono::milliseconds deadline);
  void stop();  // closes everything; joins the threads

  struct Stats {
    std::size_t connections;
    std::size_t connection_limit;  // what max_connections came to; known once it has started
    std::size_t in_flight;
    std::uint64_t accepted_total, refused_total, timed_out_total;
  };
  Stats stats() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitrine::http

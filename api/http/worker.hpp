#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "api/http/completion_queue.hpp"
#include "api/http/edge_state.hpp"
#include "api/http/response_writer.hpp"

namespace vitrine::http {

// What a connection needs of the reactor thread it lives on. Everything here is that thread's own,
// but for what others reach through `edge`.
class Worker {
 public:
  virtual ~Worker() = default;

  virtual void watch_writable(int fd) = 0;
  // The connection has ended: forget it and close `fd`, once the events at hand are worked off.
  virtual void retire(int fd) = 0;

  EdgeState& edge;
  const std::shared_ptr<CompletionQueue> completions = std::make_shared<CompletionQueue>();
  const std::shared_ptr<Tally> in_flight = std::make_shared<Tally>();
  ResponseWriter writer;
  std::span<char> receive_buffer;
  std::string send_buffer;  // lent to one answer at a time
  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();

 protected:
  explicit Worker(EdgeState& e) : edge(e) {}
};

}  // namespace vitrine::http

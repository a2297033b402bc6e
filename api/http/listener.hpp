#pragma once

#include <pistache/listener.h>

#include <cstdint>

#include "api/http/edge_state.hpp"

namespace vitrine::http {

// Pistache's listener with our transport: one thread that accepts, and the workers.
class Listener {
 public:
  explicit Listener(EdgeState& edge) : edge_(edge) {}
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Throws std::runtime_error with a sentence for the operator.
  void start();
  std::uint16_t port() const { return port_; }

  // New connections are refused by the kernel from now on; open ones stay.
  void stop_accepting();

 private:
  void bind();

  EdgeState& edge_;
  Pistache::Tcp::Listener listener_;
  std::uint16_t port_ = 0;
  int listening_fd_ = -1;  // owned by listener_
};

}  // namespace vitrine::http

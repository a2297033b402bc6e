#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace vitrine::test {

// Listens on a port of 127.0.0.1 and answers each connection, one after the other, as a test says:
// with whatever bytes, and none at all.
class RawServer {
 public:
  // Is given the socket once a request was read; false when the peer has gone.
  class Peer {
   public:
    explicit Peer(int socket) : socket_(socket) {}
    bool send(std::string_view bytes) const;
    bool wait_for_hangup(int at_most_ms) const;

   private:
    int socket_;
  };
  using Answer = std::function<void(const Peer&)>;

  explicit RawServer(Answer answer);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  int port() const { return port_; }
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;

 private:
  void serve();
  void exchange(int socket);

  const Answer answer_;
  int listener_;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;  // guards requests_
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace vitrine::test

#pragma once

#include <pistache/peer.h>
#include <pistache/tcp.h>
#include <pistache/transport.h>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "api/http/connection.hpp"
#include "api/http/worker.hpp"

namespace vitrine::http {

// Tells the transport of each new peer. It is never given input: the transport reads by itself.
class PeerHandler final : public Pistache::Tcp::Handler {
  PROTOTYPE_OF(Pistache::Tcp::Handler, PeerHandler)
  void onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) override;
  void onInput(const char*, std::size_t, const std::shared_ptr<Pistache::Tcp::Peer>&) override {}
};

// One worker's reactor handler. Pistache contributes the thread, epoll, and the table of peers it
// accepted; everything that is read or written on a peer happens here. Its base class addresses
// writes by descriptor number and reads with its own rules, so it only ever sees the events of its
// queue of new peers.
class Transport final : public Pistache::Tcp::Transport, public Worker {
 public:
  explicit Transport(EdgeState& edge);
  ~Transport() override;

  std::shared_ptr<Pistache::Aio::Handler> clone() const override;
  void registerPoller(Pistache::Polling::Epoll& poller) override;
  void onReady(const Pistache::Aio::FdSet& ready) override;

  void welcome(const std::shared_ptr<Pistache::Tcp::Peer>& peer);

  void watch_writable(int fd) override;
  void retire(int fd) override;

 private:
  void dispatch(const Pistache::Aio::FdSet::Entry& entry);
  void take_new_peers();
  void take_completions();
  void tick();
  void drain_once();
  void reap();

  std::vector<char> buffer_;
  int timer_fd_ = -1;
  std::unordered_map<int, std::shared_ptr<Connection>> connections_;
  std::vector<int> retired_;  // closed after the batch, so that no event meets a reused descriptor

  std::optional<Pistache::Polling::Tag> peers_tag_;  // of the base's queue; learnt from events
  bool peers_due_ = false;
  bool peers_doubtful_ = false;
  bool tick_due_ = false;
  bool drained_ = false;
};

}  // namespace vitrine::http

#include "api/http/transport.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vitrine::http {
namespace {

using Pistache::Polling::NotifyOn;

constexpr std::size_t kReceiveBytes = 64UL * 1024;
constexpr long kTickNanoseconds = 200'000'000;
// Completions that follow from completions are taken at once, but not for ever: a client that
// pipelines must not keep the worker from the others.
constexpr int kCompletionRounds = 8;
// At most so many of the connections that are turned away get the time to read why. They hold
// descriptors, so where those are few, no more of them than of the others.
constexpr std::size_t kTurnedAwayPolitely = 64;

// An exception that left a reactor thread would end the process; it ends the connection instead.
template <class Action>
void guarded(Connection& connection, Action&& action) noexcept {
  try {
    action();
  } catch (...) {
    connection.close();
  }
}

}  // namespace

void PeerHandler::onConnection(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
  static_cast<Transport*>(transport())->welcome(peer);
}

Transport::Transport(EdgeState& shared)
    : Pistache::Tcp::Transport(std::make_shared<PeerHandler>()), Worker(shared) {}

Transport::~Transport() {
  for (const auto& [fd, connection] : connections_) connection->close();
  connections_.clear();
  // Neither Pistache's transport nor its peers close what is open when a worker ends.
  for (const auto& [fd, peer] : peers) ::close(fd);
  edge.connections.fetch_sub(peers.size());
  if (timer_fd_ >= 0)
    ::close(timer_fd_);
}

std::shared_ptr<Pistache::Aio::Handler> Transport::clone() const {
  return std::make_shared<Transport>(edge);
}

void Transport::registerPoller(Pistache::Polling::Epoll& poller) {
  Pistache::Tcp::Transport::registerPoller(poller);
  buffer_.resize(kReceiveBytes);
  receive_buffer = buffer_;
  timer_fd_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer_fd_ < 0)
    throw std::system_error(errno, std::generic_category(), "timerfd_create");
  const itimerspec every{{0, kTickNanoseconds}, {0, kTickNanoseconds}};
  ::timerfd_settime(timer_fd_, 0, &every, nullptr);
  for (const int fd : {completions->event_fd(), timer_fd_}) {
    poller.addFd(fd, Pistache::Flags<NotifyOn>(NotifyOn::Read),
                 Pistache::Polling::Tag(static_cast<std::uint64_t>(fd)),
                 Pistache::Polling::Mode::Edge);
  }
  const std::lock_guard lock(edge.mutex);
  edge.workers.push_back({completions, in_flight});
}

void Transport::onReady(const Pistache::Aio::FdSet& ready) {
  completions->attend();
  now = std::chrono::steady_clock::now();
  peers_due_ = std::exchange(peers_doubtful_, false);
  for (const auto& entry : ready) dispatch(entry);
  if (std::exchange(tick_due_, false))
    tick();
  if (peers_due_)
    take_new_peers();
  if (edge.draining.load(std::memory_order_relaxed) && !drained_)
    drain_once();
  take_completions();
  reap();
}

void Transport::dispatch(const Pistache::Aio::FdSet::Entry& entry) {
  const int fd = static_cast<int>(entry.getTag().value());
  // Only this cast may reach the private base, and with it the flag that says that the client has
  // finished sending. Without it each read would need a second one to find the end.
  const auto& event = (const Pistache::Polling::Event&)entry;
  if (const auto found = connections_.find(fd); found != connections_.end()) {
    Connection& connection = *found->second;
    guarded(connection, [&] {
      if (entry.isHangup()) {
        connection.on_hangup();
        return;
      }
      if (entry.isWritable())
        connection.on_writable();
      if (entry.isReadable())
        connection.on_readable(event.flags.hasFlag(NotifyOn::Shutdown));
    });
  } else if (fd == timer_fd_) {
    std::uint64_t expirations = 0;
    tick_due_ = ::read(timer_fd_, &expirations, sizeof expirations) > 0;
  } else if (fd != completions->event_fd()) {
    peers_tag_ = entry.getTag();
    peers_due_ = true;
    peers_doubtful_ = true;
  }
}

// Pistache's queue empties its eventfd after it found itself empty, so a peer that is pushed in
// between is not announced. Looking once more with the next batch of events, and at each tick,
// finds it.
void Transport::take_new_peers() {
  if (!peers_tag_)
    return;
  Pistache::Polling::Event event(*peers_tag_);
  event.flags.setFlag(NotifyOn::Read);
  std::vector<Pistache::Polling::Event> events;
  events.push_back(event);
  try {
    Pistache::Tcp::Transport::onReady(Pistache::Aio::FdSet(std::move(events)));
  } catch (...) {
    // A peer that could not be registered gets no events; its idle timer closes it.
    peers_doubtful_ = true;
  }
}

void Transport::welcome(const std::shared_ptr<Pistache::Tcp::Peer>& peer) {
  const int fd = peer->fd();
  const auto connection = std::make_shared<Connection>(*this, fd, peer->address().host());
  retired_.reserve(connections_.size() + 1);
  connections_.insert_or_assign(fd, connection);
  edge.accepted_total.fetch_add(1, std::memory_order_relaxed);
  const std::size_t open = edge.connections.fetch_add(1) + 1;
  if (drained_)
    guarded(*connection, [&] { connection->on_drain(); });
  if (open > edge.connection_limit) {
    edge.refused_total.fetch_add(1, std::memory_order_relaxed);
    const std::size_t polite = std::min(kTurnedAwayPolitely, edge.connection_limit);
    guarded(*connection, [&] { connection->turn_away(open <= edge.connection_limit + polite); });
  }
}

void Transport::take_completions() {
  for (int round = 0; round < kCompletionRounds; ++round) {
    auto batch = completions->take();
    if (batch.empty())
      return;
    for (Completion& completion : batch) {
      const auto connection = completion.connection.lock();
      if (!connection)
        continue;
      guarded(*connection, [&] { connection->on_completion(std::move(completion)); });
    }
  }
  completions->wake();
}

void Transport::tick() {
  for (const auto& [fd, connection] : connections_) {
    guarded(*connection, [&c = *connection] { c.on_tick(); });
  }
  peers_due_ = true;
}

void Transport::drain_once() {
  drained_ = true;
  for (const auto& [fd, connection] : connections_) {
    guarded(*connection, [&c = *connection] { c.on_drain(); });
  }
}

void Transport::watch_writable(int fd) {
  reactor()->modifyFd(key(), fd, NotifyOn::Read | NotifyOn::Write | NotifyOn::Shutdown,
                      Pistache::Polling::Mode::Edge);
}

void Transport::retire(int fd) { retired_.push_back(fd); }

void Transport::reap() {
  for (const int fd : retired_) {
    connections_.erase(fd);
    const auto found = peers.find(fd);
    if (found == peers.end())
      continue;
    const auto peer = found->second;
    edge.connections.fetch_sub(1);
    try {
      removePeer(peer);
    } catch (...) {
      // It was never registered with epoll, which is noticed after it left the table.
      ::close(fd);
    }
  }
  retired_.clear();
}

}  // namespace vitrine::http

#include "service/store/pool.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <vector>

#include "service/store/backoff.hpp"
#include "service/store/conninfo.hpp"
#include "service/store/session.hpp"
#include "service/store/sql_error.hpp"

namespace vitrine::store {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// How long a new session may take to tell its own limit.
constexpr std::chrono::milliseconds kFirstAnswer{3000};

}  // namespace

struct Pool::State {
  explicit State(PoolOptions given)
      : options(std::move(given)), conninfo(complete_conninfo(options)), watchdog(kFirstAnswer) {
    stats.size = options.size;
  }

  const PoolOptions options;
  const std::string conninfo;
  Watchdog watchdog;  // outlives the connections
  std::atomic<std::uint64_t> incidents{0};

  // Protected by `mutex`. `open` counts idle, leased and just opening connections.
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::unique_ptr<Connection>> idle;  // the last used is taken first
  Stats stats{};
  std::string server;  // where the last session was opened
  int connect_failures = 0;
  bool probing = false;  // after a failure one thread tries; the others are told at once
  SteadyTime retry_at;

  std::unique_ptr<Connection> take_idle();
  void open_begins(SteadyTime now);
  void open_ended(const Connection* opened);
  std::unique_ptr<Connection> open_connection(std::unique_lock<std::mutex>& lock);
  void give_back(std::unique_ptr<Connection> connection, bool broken);
};

// REQUIRES: mutex is held. Nothing when no idle connection is alive.
std::unique_ptr<Connection> Pool::State::take_idle() {
  while (!idle.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle.back());
    idle.pop_back();
    if (connection->seems_alive()) {
      ++stats.in_use;
      return connection;
    }
    --stats.open;
    ++stats.broken_total;
    ++incidents;
  }
  return nullptr;
}

// REQUIRES: mutex is held. A dead database must not hold every thread for a connect timeout each:
// while it is known to be down only one thread asks, and not more often than the backoff says.
void Pool::State::open_begins(SteadyTime now) {
  if (connect_failures > 0) {
    if (probing || now < retry_at) {
      throw database_error(core::ErrorCode::unavailable);
    }
    probing = true;
  }
  ++stats.open;
}

// REQUIRES: mutex is held. Nothing was opened when the attempt failed.
void Pool::State::open_ended(const Connection* opened) {
  probing = false;
  if (opened != nullptr) {
    connect_failures = 0;
    if (opened->server() != server) {
      server = opened->server();
      ++incidents;
    }
    ++stats.opened_total;
    ++stats.in_use;
  } else {
    --stats.open;
    ++connect_failures;
    retry_at = std::chrono::steady_clock::now() + backoff(connect_failures);
  }
  changed.notify_all();
}

std::unique_ptr<Connection> Pool::State::open_connection(std::unique_lock<std::mutex>& lock) {
  open_begins(std::chrono::steady_clock::now());
  lock.unlock();
  try {
    auto connection = std::make_unique<Connection>(conninfo, watchdog);
    lock.lock();
    open_ended(connection.get());
    return connection;
  } catch (const std::exception&) {
    lock.lock();
    open_ended(nullptr);
    // What libpq says names hosts and users: it stays in the nested exception, for the log.
    std::throw_with_nested(database_error(core::ErrorCode::unavailable));
  }
}

void Pool::State::give_back(std::unique_ptr<Connection> connection, bool broken) {
  {
    const std::lock_guard lock(mutex);
    --stats.in_use;
    if (broken) {
      --stats.open;
      ++stats.broken_total;
      // A session that we gave up still waits for its standby, and shows nothing until then.
      incidents += connection->watched().given_up() ? 0 : 1;
    } else {
      idle.push_back(std::move(connection));
    }
  }
  changed.notify_one();
}

Pool::Pool(PoolOptions options) : state_(std::make_shared<State>(std::move(options))) {}

Pool::~Pool() = default;

Pool::Stats Pool::stats() const {
  const std::lock_guard lock(state_->mutex);
  return state_->stats;
}

std::uint64_t Pool::incidents() const noexcept { return state_->incidents; }

Pool::Lease Pool::acquire() {
  const SteadyTime began = std::chrono::steady_clock::now();
  const SteadyTime deadline = began + state_->options.acquire_timeout;
  std::unique_lock lock(state_->mutex);
  for (;;) {
    if (auto connection = state_->take_idle()) {
      return {state_, std::move(connection), false};
    }
    if (state_->stats.open < state_->stats.size) {
      return {state_, state_->open_connection(lock), true};
    }
    ++state_->stats.waiting;
    const auto waiting_since = std::chrono::steady_clock::now();
    const std::cv_status status = state_->changed.wait_until(lock, deadline);
    --state_->stats.waiting;
    state_->stats.wait_seconds_total +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - waiting_since).count();
    const bool all_busy = state_->idle.empty() && state_->stats.open >= state_->stats.size;
    if (status == std::cv_status::timeout && all_busy) {
      ++state_->stats.acquire_timeouts_total;
      throw database_error(core::ErrorCode::overloaded);
    }
  }
}

Pool::Lease::~Lease() {
  if (connection_) {
    connection_->watched().lease_ended();
    const bool broken = broken_ || !connection_->link().is_open();
    state_->give_back(std::move(connection_), broken);
  }
}

}  // namespace vitrine::store

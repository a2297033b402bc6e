#include "service/store/watchdog.hpp"

#include <sys/socket.h>

namespace vitrine::store {
namespace {

// How late a wait may be noticed, at most.
constexpr std::chrono::milliseconds kTick{100};

std::chrono::nanoseconds::rep steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

}  // namespace

Watchdog::Watchdog(std::chrono::milliseconds limit) : limit_(limit), thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, kTick, [this] { return stopping_; })) {
    end_overdue(steady_now());
  }
}

// REQUIRES: mutex_ is held, so that no socket is closed, and its number given to another,
// meanwhile.
void Watchdog::end_overdue(std::chrono::nanoseconds::rep now) {
  for (Session* session : sessions_) {
    auto due = session->due_.load();
    // Whoever got the answer just now has set it to 0 and keeps the session.
    if (due != 0 && due <= now && session->due_.compare_exchange_strong(due, 0)) {
      session->given_up_ = true;
      shutdown(session->socket_, SHUT_RDWR);
    }
  }
}

Watchdog::Session::Session(Watchdog& watchdog, int socket)
    : watchdog_(watchdog), socket_(socket), limit_(watchdog.limit_) {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.sessions_.insert(this);
}

Watchdog::Session::~Session() {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.sessions_.erase(this);
}

Watchdog::Wait::Wait(Session& session) : session_(session) {
  if (!session_.lifted_ && session_.limit_.count() > 0) {
    session_.due_ = steady_now() + std::chrono::nanoseconds(session_.limit_).count();
  }
}

Watchdog::Wait::~Wait() { session_.due_ = 0; }

}  // namespace vitrine::store

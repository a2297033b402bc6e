#include "service/event_watch.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "service/core/error.hpp"
#include "service/store/feed_store.hpp"
#include "service/store/key_store.hpp"
#include "service/telemetry/log.hpp"

namespace vitrine {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPause{200};      // how late an event is told, at most, when all is well
constexpr milliseconds kShortPause{20};  // when the readers could not take all that was due
// Those who are woken together leave most of the readers' queue to everybody else.
constexpr std::size_t kMostQueuedReads = 128;
constexpr std::chrono::seconds kKeysPause{5};
constexpr std::chrono::seconds kComeAgain{5};

}  // namespace

struct EventWatch::Places {
  const Limit limit;
  std::mutex mutex;
  std::size_t taken = 0;  // protected by mutex, as is the map
  std::map<core::WorkspaceId, std::size_t> of_workspace;

  explicit Places(Limit most) : limit(std::move(most)) {}

  void give_back(const core::WorkspaceId& workspace) {
    const std::lock_guard lock(mutex);
    --taken;
    if (const auto own = of_workspace.find(workspace); --own->second == 0) {
      of_workspace.erase(own);
    }
  }
};

EventWatch::EventWatch(store::Pool& pool, Events& events, WorkerPool& readers, Limit places)
    : pool_(pool),
      events_(events),
      readers_(readers),
      places_(std::make_shared<Places>(std::move(places))) {}

EventWatch::~EventWatch() { stop(); }

void EventWatch::start() {
  thread_ = std::thread([this] { run(); });
}

void EventWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  take([](const Wait&) { return true; });
}

void EventWatch::leave() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  settle(take([](const Wait&) { return true; }), Turn::leaving);
}

EventWatch::Place EventWatch::take_place(const core::WorkspaceId& workspace) {
  const std::size_t limit = places_->limit();
  const std::lock_guard lock(places_->mutex);
  std::size_t& own = places_->of_workspace[workspace];
  if (own >= kPlacesOfWorkspace) {
    throw core::Error(core::ErrorCode::rate_limited,
                      "Too many follow the events of this workspace already; end one of them.")
        .retry_after(kComeAgain);
  }
  if (places_->taken >= limit) {
    if (own == 0) {
      places_->of_workspace.erase(workspace);
    }
    throw core::Error(core::ErrorCode::overloaded,
                      "Too many follow events already; ask without waiting, or try again.")
        .retry_after(kComeAgain);
  }
  ++own;
  ++places_->taken;
  return {nullptr, [places = places_, workspace](const void*) { places->give_back(workspace); }};
}

std::size_t EventWatch::places_taken() const {
  const std::lock_guard lock(places_->mutex);
  return places_->taken;
}

void EventWatch::wait(Wait wait) {
  const auto waiting = std::make_shared<Wait>(std::move(wait));
  if (waiting->has_news && read(waiting)) {
    return;
  }
  queue(waiting);
}

void EventWatch::queue(const std::shared_ptr<Wait>& wait) {
  {
    const std::lock_guard lock(mutex_);
    if (!leaving_) {
      waits_.push_back(wait);
      changed_.notify_all();
      return;
    }
  }
  wait->done(Turn::leaving);
}

void EventWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return stopping_ || !waits_.empty(); });
    lock.unlock();
    round();
    lock.lock();
    changed_.wait_for(lock, readers_busy_ ? kShortPause : kPause, [this] { return stopping_; });
  }
}

// Time is kept whatever the database does.
void EventWatch::round() {
  readers_busy_ = false;
  const auto now = steady_clock::now();
  settle(take([now](const Wait& wait) { return wait.until <= now || !wait.wanted(); }),
         Turn::time_up);
  Waits waits;
  {
    const std::lock_guard lock(mutex_);
    waits = waits_;
  }
  if (waits.empty()) {
    return;
  }
  try {
    ask(waits);
    failing_ = false;
  } catch (const std::exception& error) {
    if (!std::exchange(failing_, true)) {
      telemetry::log(telemetry::Level::warning, "event_watch_failed",
                     {{"detail", std::string_view(error.what())}});
    }
  }
}

void EventWatch::ask(const Waits& waits) {
  std::set<core::WorkspaceId> workspaces;
  std::set<core::KeyId> keys;
  for (const auto& wait : waits) {
    workspaces.insert(wait->caller.workspace);
    keys.insert(wait->caller.key);
  }
  if (steady_clock::now() - keys_asked_at_ >= kKeysPause) {
    const auto living = store::single_read(pool_, [&](store::Transaction& transaction) {
      return store::key_store::living(transaction, keys);
    });
    keys_asked_at_ = steady_clock::now();
    // One that came meanwhile was not asked for.
    settle(take([&](const Wait& wait) {
             return keys.contains(wait.caller.key) && !living.contains(wait.caller.key);
           }),
           Turn::key_ended);
  }
  publish();
  const auto newest = store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::feed_store::newest_of(transaction, workspaces);
  });
  settle(take([&](const Wait& wait) {
           const auto found = newest.find(wait.caller.workspace);
           return wait.has_news || (found != newest.end() && found->second > wait.after.position);
         }),
         Turn::news);
}

// Whoever else is publishing for so long that this one had to give up does it for this one too.
void EventWatch::publish() {
  try {
    events_.publish();
  } catch (const core::Error& error) {
    if (error.code() != core::ErrorCode::timeout) {
      throw;
    }
  }
}

void EventWatch::settle(const Waits& waits, Turn turn) {
  for (const auto& wait : waits) {
    if (turn != Turn::news) {
      wait->done(turn);
    } else if (!read(wait)) {
      queue(wait);  // the next round tries again
      readers_busy_ = true;
    }
  }
}

bool EventWatch::read(const std::shared_ptr<Wait>& wait) {
  return readers_.queued() < kMostQueuedReads &&
         readers_.submit([wait] { wait->done(Turn::news); });
}

template <class Predicate>
EventWatch::Waits EventWatch::take(Predicate leaves) {
  const std::lock_guard lock(mutex_);
  const auto first =
      std::stable_partition(waits_.begin(), waits_.end(),
                            [&](const std::shared_ptr<Wait>& wait) { return !leaves(*wait); });
  Waits taken(std::make_move_iterator(first), std::make_move_iterator(waits_.end()));
  waits_.erase(first, waits_.end());
  return taken;
}

}  // namespace vitrine

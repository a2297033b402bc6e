#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "service/core/scope.hpp"
#include "service/events.hpp"
#include "service/store/pool.hpp"
#include "service/worker_pool.hpp"

namespace vitrine {

// Waits for events on behalf of many clients. One thread asks for all of them together some times a
// second, and nobody while nobody waits; who waits holds no thread and no database connection.
// Thread-safe.
class EventWatch {
 public:
  // How a wait ends.
  enum class Turn {
    news,       // the feed goes on, most likely
    time_up,    // or nobody waits any more
    key_ended,  // the caller's API key was revoked or has expired
    leaving,    // this process ends
  };

  struct Wait {
    core::Principal caller;
    core::FeedCursor after;
    std::chrono::steady_clock::time_point until;
    std::function<bool()> wanted;  // false once nobody waits. Quick
    // Called once. News comes on a thread of `readers`, and anything else on whichever thread finds
    // it out, which must not be held up. Must not throw.
    std::function<void(Turn)> done;
    bool has_news = false;  // known already: a page was full
  };

  // So many may follow the feed at once: all in this process, by a number that is asked each time
  // it matters, and of one workspace.
  static constexpr std::size_t kPlacesOfWorkspace = 100;
  using Limit = std::function<std::size_t()>;

  EventWatch(store::Pool& pool, Events& events, WorkerPool& readers, Limit places);
  ~EventWatch();

  void start();
  void stop();  // forgets who waits

  // Ends all waits, those that are begun later too.
  void leave();

  // A place among those who follow the feed, held until the last copy is gone. Throws overloaded,
  // and rate_limited when the workspace has taken all of its own.
  using Place = std::shared_ptr<const void>;
  Place take_place(const core::WorkspaceId& workspace);
  std::size_t places_taken() const;

  // Never blocks. May call `done` before it returns, when the process is leaving.
  void wait(Wait wait);

 private:
  struct Places;
  using Waits = std::vector<std::shared_ptr<Wait>>;

  void run();
  void round();
  void ask(const Waits& waits);
  void publish();
  void settle(const Waits& waits, Turn turn);
  void queue(const std::shared_ptr<Wait>& wait);
  bool read(const std::shared_ptr<Wait>& wait);
  template <class Predicate>
  Waits take(Predicate leaves);

  store::Pool& pool_;
  Events& events_;
  WorkerPool& readers_;
  const std::shared_ptr<Places> places_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Waits waits_;  // protected by mutex_, as are the two flags
  bool leaving_ = false;
  bool stopping_ = false;

  // The thread's own.
  std::chrono::steady_clock::time_point keys_asked_at_{};
  bool failing_ = false;
  bool readers_busy_ = false;
  std::thread thread_;
};

}  // namespace vitrine

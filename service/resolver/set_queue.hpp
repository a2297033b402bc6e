#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace vitrine {

// What waits to be asked together. Whoever takes gets all that is there, up to a limit, and never
// waits for more: alone, a question is asked at once. Bounded. Thread-safe.
template <class Item>
class SetQueue {
 public:
  explicit SetQueue(std::size_t capacity) : capacity_(capacity) {}

  // False, at once, when the queue is full or closed.
  [[nodiscard]] bool push(Item item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || waiting_.size() >= capacity_) {
        return false;
      }
      waiting_.push_back(std::move(item));
      if (takers_ == 0) {
        return true;
      }
    }
    pushed_.notify_one();
    return true;
  }

  // Waits for the first. Nothing only once the queue is closed and empty.
  std::vector<Item> take(std::size_t most) {
    std::unique_lock lock(mutex_);
    ++takers_;
    pushed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    --takers_;
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
    std::vector<Item> taken(std::make_move_iterator(waiting_.begin()),
                            std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return taken;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    pushed_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable pushed_;
  std::deque<Item> waiting_;
  int takers_ = 0;  // that sleep: nobody else needs to be woken
  bool closed_ = false;
};

}  // namespace vitrine

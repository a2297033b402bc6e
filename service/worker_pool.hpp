#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace vitrine {

// A fixed number of threads that work off a bounded queue: for whatever may block (SQL, files).
class WorkerPool {
 public:
  using Task = std::function<void()>;  // must not throw

  WorkerPool(const std::string& name, int threads, std::size_t capacity);
  ~WorkerPool();  // stop()

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Queues the task; false, at once and without running it, when the queue is full or stopped.
  // Thread-safe.
  [[nodiscard]] bool submit(Task task);

  // Finishes what is queued, then joins the threads. Later submits are refused.
  void stop();

  std::size_t queued() const;

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Task> queue_;
  std::size_t capacity_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace vitrine

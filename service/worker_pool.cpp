#include "service/worker_pool.hpp"

#include <pthread.h>

#include <stdexcept>
#include <system_error>
#include <utility>

namespace vitrine {
namespace {

// Names the calling thread for `ps` and debuggers; Linux keeps 15 characters.
void name_this_thread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace

WorkerPool::WorkerPool(const std::string& name, int threads, std::size_t capacity)
    : capacity_(capacity) {
  if (threads < 1) {
    throw std::invalid_argument("a worker pool needs at least one thread");
  }
  threads_.reserve(static_cast<std::size_t>(threads));
  try {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this, name] {
        name_this_thread(name);
        run();
      });
    }
  } catch (const std::system_error&) {
    stop();  // no destructor will run, and a joinable thread must not be destroyed
    throw;
  }
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::submit(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= capacity_) {
      return false;
    }
    queue_.push_back(std::move(task));
  }
  ready_.notify_one();
  return true;
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  ready_.notify_all();
  for (std::thread& thread : threads) {
    thread.join();
  }
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;
    }
    Task task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // outside the lock: what it owns may be slow to let go
    lock.lock();
  }
}

}  // namespace vitrine

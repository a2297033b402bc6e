// Catch2 v2 assertions are not thread-safe, so tasks only count and the assertions run after a
// join or a wait.
#include "service/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

using vitrine::WorkerPool;

namespace {

// Tasks that hold their worker until opened.
class Gate {
 public:
  WorkerPool::Task task() {
    return [this] {
      ++held_;
      std::shared_future(is_open_).wait();
    };
  }
  void wait_for_held(int count) const {
    while (held_ < count) {
      std::this_thread::yield();
    }
  }
  void open() { opened_.set_value(); }

 private:
  std::promise<void> opened_;
  const std::shared_future<void> is_open_ = opened_.get_future().share();
  std::atomic<int> held_{0};
};

}  // namespace

TEST_CASE("no accepted task is lost, however many threads bring them", "[service][worker_pool]") {
  std::atomic<int> ran{0};
  std::atomic<int> accepted{0};
  {
    WorkerPool pool("test", 4, 64);
    std::vector<std::thread> senders;
    senders.reserve(4);
    for (int i = 0; i < 4; ++i) {
      senders.emplace_back([&] {
        for (int n = 0; n < 5000; ++n) {
          accepted += pool.submit([&] { ++ran; }) ? 1 : 0;
        }
      });
    }
    for (std::thread& sender : senders) {
      sender.join();
    }
  }  // the pool finishes what is queued
  CHECK(accepted > 0);
  CHECK(ran == accepted);
}

TEST_CASE("a full queue refuses at once, and does not run what it refused",
          "[service][worker_pool]") {
  Gate gate;
  std::atomic<int> ran{0};
  WorkerPool pool("test", 1, 2);
  REQUIRE(pool.submit(gate.task()));
  gate.wait_for_held(1);

  CHECK(pool.submit([&] { ++ran; }));
  CHECK(pool.submit([&] { ++ran; }));
  CHECK(pool.queued() == 2);
  CHECK_FALSE(pool.submit([&] { ran += 100; }));

  gate.open();
  pool.stop();
  CHECK(ran == 2);
  CHECK(pool.queued() == 0);
}

TEST_CASE("stopping finishes what is queued, then refuses", "[service][worker_pool]") {
  Gate gate;
  std::atomic<int> ran{0};
  WorkerPool pool("test", 1, 100);
  REQUIRE(pool.submit(gate.task()));
  for (int i = 0; i < 50; ++i) {
    REQUIRE(pool.submit([&] { ++ran; }));
  }
  std::thread stopper([&] { pool.stop(); });
  while (pool.submit([&] { ++ran; })) {  // until the stop is seen
    std::this_thread::yield();
  }
  gate.open();
  stopper.join();

  CHECK(ran >= 50);
  CHECK_FALSE(pool.submit([] {}));
  pool.stop();  // again does no harm
}

TEST_CASE("tasks run on as many threads as were asked for, in the order they came",
          "[service][worker_pool]") {
  SECTION("two at once") {
    Gate gate;
    WorkerPool pool("test", 2, 10);
    REQUIRE(pool.submit(gate.task()));
    REQUIRE(pool.submit(gate.task()));
    gate.wait_for_held(2);  // hangs here unless both run side by side
    gate.open();
  }
  SECTION("one by one") {
    std::vector<int> order;
    {
      WorkerPool pool("test", 1, 100);
      for (int i = 0; i < 100; ++i) {
        REQUIRE(pool.submit([&order, i] { order.push_back(i); }));
      }
    }
    CHECK(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
  }
}

TEST_CASE("what a task owns is let go when it has run", "[service][worker_pool]") {
  auto owned = std::make_shared<int>(1);
  WorkerPool pool("test", 1, 1);
  REQUIRE(pool.submit([owned] {}));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (owned.use_count() > 1 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  CHECK(owned.use_count() == 1);
}

// Would hang if the pool let go of a task while it holds its lock.
TEST_CASE("what a task owns may use the pool while it is let go", "[service][worker_pool]") {
  WorkerPool pool("test", 1, 1);
  std::promise<std::size_t> seen;
  const auto look = [&](const int*) { seen.set_value(pool.queued()); };
  REQUIRE(pool.submit([owned = std::shared_ptr<const int>(nullptr, look)] {}));
  CHECK(seen.get_future().get() == 0);
}

TEST_CASE("a task may bring another task", "[service][worker_pool]") {
  std::promise<bool> done;
  WorkerPool pool("test", 1, 1);
  REQUIRE(pool.submit([&] {
    if (!pool.submit([&] { done.set_value(true); })) {
      done.set_value(false);
    }
  }));
  CHECK(done.get_future().get());
}

TEST_CASE("a pool without threads is refused", "[service][worker_pool]") {
  CHECK_THROWS_AS(WorkerPool("test", 0, 1), std::invalid_argument);
}

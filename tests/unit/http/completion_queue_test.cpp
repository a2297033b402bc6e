// How often a worker is woken for what other threads answer.
#include "api/http/completion_queue.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>

#include "api/http/gather_completions.hpp"

using namespace vitrine::http;

namespace {

void answer(CompletionQueue& queue, std::uint64_t exchange) {
  queue.post({{}, exchange, Abandoned{}});
}

std::uint64_t wake_ups(const CompletionQueue& queue) {
  std::uint64_t count = 0;
  const auto size = ::read(queue.event_fd(), &count, sizeof count);
  return size == sizeof count ? count : 0;
}

std::vector<std::uint64_t> taken(CompletionQueue& queue) {
  std::vector<std::uint64_t> exchanges;
  for (const Completion& completion : queue.take()) {
    exchanges.push_back(completion.exchange);
  }
  return exchanges;
}

using Exchanges = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a worker is woken for the first completion that waits, and not for the next") {
  const auto queue = std::make_shared<CompletionQueue>();
  answer(*queue, 1);
  answer(*queue, 2);
  CHECK(wake_ups(*queue) == 1);
  CHECK(taken(*queue) == Exchanges{1, 2});
  answer(*queue, 3);
  CHECK(wake_ups(*queue) == 1);
}

TEST_CASE("gathered completions reach each worker together, in order, with one wake-up") {
  const auto one = std::make_shared<CompletionQueue>();
  const auto other = std::make_shared<CompletionQueue>();
  gather_completions([&] {
    answer(*one, 1);
    answer(*other, 2);
    answer(*one, 3);
    CHECK(taken(*one).empty());
    CHECK(wake_ups(*one) == 0);
  });
  CHECK(wake_ups(*one) == 1);
  CHECK(wake_ups(*other) == 1);
  CHECK(taken(*one) == Exchanges{1, 3});
  CHECK(taken(*other) == Exchanges{2});
}

TEST_CASE("what was gathered before a failure is handed over") {
  const auto queue = std::make_shared<CompletionQueue>();
  const auto failing = [&] {
    answer(*queue, 1);
    throw std::runtime_error("in the middle");
  };
  CHECK_THROWS_AS(gather_completions(failing), std::runtime_error);
  CHECK(wake_ups(*queue) == 1);
  CHECK(taken(*queue) == Exchanges{1});
  answer(*queue, 2);
  CHECK(taken(*queue) == Exchanges{2});
}

TEST_CASE("a gathering within another one ends with that one") {
  const auto queue = std::make_shared<CompletionQueue>();
  gather_completions([&] {
    gather_completions([&] { answer(*queue, 1); });
    CHECK(taken(*queue).empty());
    answer(*queue, 2);
  });
  CHECK(taken(*queue) == Exchanges{1, 2});
  CHECK(wake_ups(*queue) == 1);
}

TEST_CASE("a queue outlives its worker while a gathering holds something for it") {
  auto queue = std::make_shared<CompletionQueue>();
  const std::weak_ptr<CompletionQueue> watched = queue;
  gather_completions([&] {
    answer(*queue, 1);
    queue.reset();
    CHECK_FALSE(watched.expired());
  });
  CHECK(watched.expired());
}

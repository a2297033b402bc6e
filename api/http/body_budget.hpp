#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace vitrine::http {

// How many bytes of request bodies may be in memory at once, over all connections of a server: a
// body is read before its sender is known, so strangers must not be able to fill the memory.
// Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t limit) : limit_(limit) {}

  // False, and nothing taken, when there is no room.
  bool take(std::uint64_t bytes) noexcept {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) {
      return true;
    }
    give_back(bytes);
    return false;
  }
  void give_back(std::uint64_t bytes) noexcept {
    used_.fetch_sub(bytes, std::memory_order_relaxed);
  }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
};

// What one body takes of the budget, given back when it ends, on whichever thread that is.
class BodyHold {
 public:
  BodyHold() = default;
  explicit BodyHold(std::shared_ptr<BodyBudget> budget) : budget_(std::move(budget)) {}
  BodyHold(BodyHold&& other) noexcept
      : budget_(std::move(other.budget_)), bytes_(std::exchange(other.bytes_, 0)) {}
  BodyHold& operator=(BodyHold&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~BodyHold() {
    if (budget_) {
      budget_->give_back(bytes_);
    }
  }

  bool grow(std::uint64_t bytes) noexcept {
    if (!budget_->take(bytes)) {
      return false;
    }
    bytes_ += bytes;
    return true;
  }

 private:
  std::shared_ptr<BodyBudget> budget_;
  std::uint64_t bytes_ = 0;
};

}  // namespace vitrine::http

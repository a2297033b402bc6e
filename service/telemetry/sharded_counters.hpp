#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace vitrine::telemetry {

// A row of counters kept several times over, so that threads that count at once do not write to the
// same cache line; a reading adds the rows up. Thread-safe. A reading taken while others count may
// miss their latest steps, never take one twice or go back.
class ShardedCounters {
 public:
  explicit ShardedCounters(std::size_t size) {
    for (auto& row : rows_) row = std::make_unique<std::atomic<std::uint64_t>[]>(size);
  }

  void add(std::size_t index, std::uint64_t amount = 1) {
    rows_[own_row()][index].fetch_add(amount, std::memory_order_relaxed);
  }

  std::uint64_t read(std::size_t index) const {
    std::uint64_t sum = 0;
    for (const auto& row : rows_) sum += row[index].load(std::memory_order_relaxed);
    return sum;
  }

 private:
  static constexpr std::size_t kRows = 16;

  static std::size_t own_row() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t row = threads.fetch_add(1, std::memory_order_relaxed) % kRows;
    return row;
  }

  std::array<std::unique_ptr<std::atomic<std::uint64_t>[]>, kRows> rows_;
};

}  // namespace vitrine::telemetry

#include "service/clock.hpp"

#include <array>
#include <span>

#include "service/core/crypto.hpp"

namespace vitrine {
namespace {

using Random = std::array<std::uint8_t, 10>;

// Asking for random bytes costs the same for ten as for ten times as many, and every request gets
// an id. No byte is given out twice.
Random next_random() {
  constexpr std::size_t kAtOnce = 32;
  thread_local std::array<Random, kAtOnce> stock;
  thread_local std::size_t used = kAtOnce;
  if (used == kAtOnce) {
    core::fill_random(std::span(stock.front().data(), sizeof stock));
    used = 0;
  }
  return stock[used++];
}

}  // namespace

core::Instant wall_clock_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

core::Uuid new_uuid() {
  const Random random = next_random();
  const auto since_epoch = wall_clock_now().time_since_epoch();
  return core::Uuid::v7(std::chrono::floor<std::chrono::milliseconds>(since_epoch).count(), random);
}

}  // namespace vitrine

#include "service/clock.hpp"

#include <array>

#include "service/core/crypto.hpp"

namespace vitrine {

core::Instant wall_clock_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

core::Uuid new_uuid() {
  std::array<std::uint8_t, 10> random;
  core::fill_random(random);
  const auto since_epoch = wall_clock_now().time_since_epoch();
  return core::Uuid::v7(std::chrono::floor<std::chrono::milliseconds>(since_epoch).count(), random);
}

}  // namespace vitrine

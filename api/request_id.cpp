#include "api/request_id.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "service/clock.hpp"
#include "service/core/crypto.hpp"
#include "service/core/ids.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxLength = 64;

bool is_allowed(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
         c == '_' || c == '-';
}

// Ten random bytes out of a block: an id need not be secret, only unlike all others, and asking
// the generator for each cost more than reading the whole head.
std::array<std::uint8_t, 10> draw() {
  constexpr std::size_t kBlock = 640;
  thread_local std::array<std::uint8_t, kBlock> block;
  thread_local std::size_t used = kBlock;
  std::array<std::uint8_t, 10> drawn{};
  if (used + drawn.size() > kBlock) {
    core::fill_random(block);
    used = 0;
  }
  std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(used), drawn.size(), drawn.begin());
  used += drawn.size();
  return drawn;
}

core::Uuid new_request_uuid() {
  const auto since_epoch = wall_clock_now().time_since_epoch();
  return core::Uuid::v7(std::chrono::floor<std::chrono::milliseconds>(since_epoch).count(), draw());
}

}  // namespace

std::string request_id(const http::Headers& headers) {
  const auto given = headers.get("X-Request-Id");
  const bool usable = given && !given->empty() && given->size() <= kMaxLength &&
                      headers.count("X-Request-Id") == 1 &&
                      std::all_of(given->begin(), given->end(), is_allowed);
  return usable ? std::string(*given) : core::base32_encode(new_request_uuid());
}

}  // namespace vitrine::api

#include "api/key_rate.hpp"

#include <chrono>

#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::chrono::seconds kWindow{60};
constexpr const char* kName = "\"key\"";

}  // namespace

KeyRate::KeyRate(int per_minute) {
  if (per_minute > 0) {
    policy_ = std::string(kName) + ";q=" + std::to_string(per_minute) +
              ";w=" + std::to_string(kWindow.count());
    limiter_.emplace(RateLimit{per_minute, kWindow});
  }
}

std::optional<RateLimiter::Quota> KeyRate::count(const core::KeyId& key) {
  return limiter_ ? std::optional(limiter_->take(key.text())) : std::nullopt;
}

// `t` is when there is more than `r`: all of it while some is left, the next one when none is. So
// it never contradicts Retry-After.
void KeyRate::tell(const RateLimiter::Quota& quota, http::Headers& answer) const {
  const auto more_in = quota.granted ? quota.full_in : quota.next_in;
  answer.set("RateLimit-Policy", policy_);
  answer.set("RateLimit", std::string(kName) + ";r=" + std::to_string(quota.remaining) +
                              ";t=" + std::to_string(more_in.count()));
}

void require_granted(const std::optional<RateLimiter::Quota>& quota) {
  if (quota && !quota->granted) {
    throw core::Error(core::ErrorCode::rate_limited,
                      "This API key has made too many requests; wait as Retry-After says.")
        .retry_after(quota->next_in);
  }
}

}  // namespace vitrine::api

#pragma once

#include <optional>
#include <string>

#include "api/http/message.hpp"
#include "service/core/ids.hpp"
#include "service/rate_limiter.hpp"

namespace vitrine::api {

// How many requests an API key may make, in this process, and how its owner is told: by the fields
// of draft-ietf-httpapi-ratelimit-headers. Thread-safe.
class KeyRate {
 public:
  explicit KeyRate(int per_minute);  // 0: as many as it likes, and nothing is told

  // Counts a request of the key. Nothing when there is no limit.
  std::optional<RateLimiter::Quota> count(const core::KeyId& key);

  // RateLimit-Policy and RateLimit of the answer to a request that was counted.
  void tell(const RateLimiter::Quota& quota, http::Headers& answer) const;

 private:
  std::string policy_;
  std::optional<RateLimiter> limiter_;
};

// Throws rate_limited, with the time to wait, when a request that was counted is one too many.
void require_granted(const std::optional<RateLimiter::Quota>& quota);

}  // namespace vitrine::api

#include "service/rate_limiter.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {
namespace {

std::chrono::seconds rounded_up(std::chrono::nanoseconds duration) {
  return std::chrono::ceil<std::chrono::seconds>(
      std::max(duration, std::chrono::nanoseconds::zero()));
}

}  // namespace

RateLimiter::RateLimiter(RateLimit limit, std::size_t max_keys,
                         std::function<Clock::time_point()> now)
    : interval_(std::chrono::nanoseconds(limit.window) / limit.units),
      span_(interval_ * limit.units),
      max_keys_(max_keys),
      now_(std::move(now)) {}

RateLimiter::Quota RateLimiter::take(const std::string& key) {
  const Clock::time_point now = now_();
  const std::lock_guard lock(mutex_);
  forget_full(now);
  const auto bucket = buckets_.find(key);
  Clock::time_point full_at = bucket == buckets_.end() ? now : bucket->second->first;
  const bool granted = full_at + interval_ - now <= span_;
  if (granted) {
    full_at += interval_;
    remember(key, bucket, full_at);
  }
  const std::chrono::nanoseconds missing = full_at - now;
  const auto next_in = rounded_up(missing + interval_ - span_);
  return {granted, std::max<std::int64_t>((span_ - missing) / interval_, 0), next_in,
          rounded_up(missing)};
}

void RateLimiter::give_back(const std::string& key) {
  const Clock::time_point now = now_();
  const std::lock_guard lock(mutex_);
  const auto bucket = buckets_.find(key);
  if (bucket != buckets_.end()) {
    remember(key, bucket, bucket->second->first - interval_);
  }
  forget_full(now);
}

std::size_t RateLimiter::keys() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

void RateLimiter::forget_full(Clock::time_point now) {
  while (!order_.empty() && order_.begin()->first <= now) {
    buckets_.erase(*order_.begin()->second);
    order_.erase(order_.begin());
  }
}

void RateLimiter::remember(const std::string& key, Buckets::iterator bucket,
                           Clock::time_point full_at) {
  if (bucket == buckets_.end()) {
    if (buckets_.size() >= max_keys_) {
      buckets_.erase(*order_.begin()->second);
      order_.erase(order_.begin());
    }
    bucket = buckets_.emplace(key, order_.end()).first;
  } else {
    order_.erase(bucket->second);
  }
  bucket->second = order_.emplace(full_at, &bucket->first);
}

}  // namespace vitrine

#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include "service/core/instant.hpp"

namespace vitrine::core {

// When a share is open: from `starts_at` (inclusive) to `expires_at` (exclusive); no `expires_at`
// means until revoked.
struct Window {
  Instant starts_at;
  std::optional<Instant> expires_at;
  bool operator==(const Window&) const = default;
};

// How a caller may state the end. `Permanent` is an explicit `"expires_at": null`.
struct Permanent {
  bool operator==(const Permanent&) const = default;
};
using WindowEnd = std::variant<Permanent, Instant, std::chrono::seconds>;

struct WindowRequest {
  std::optional<Instant> starts_at;  // absent: now for a new share, unchanged for an old one
  std::optional<WindowEnd> end;      // absent: the policy's default, or unchanged
};

// `1h 6h 12h 1d 3d 7d 14d 30d 60d 90d 1y` (a year is 365 days), nothing for any other text.
std::optional<std::chrono::seconds> expires_in_preset(std::string_view text);

// The longest relative lifetime that is accepted: 100 years of 365 days.
inline constexpr std::chrono::seconds kMaxLifetime = std::chrono::hours(24 * 365 * 100);

// No window ends later: RFC 3339 writes years with four digits.
inline constexpr Instant kLastInstant =
    std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1) - std::chrono::milliseconds(1);

// Settles a request into a window. Relative ends count from `starts_at`. `base` is the window a
// PATCH starts from; without it, this is a creation. Throws validation_failed (pointers
// "/starts_at", "/expires_at", "/ttl_seconds") when the end is not after the start, when the end is
// not after `now`, or when it lies past the year 9999.
Window settle_window(const WindowRequest& request, const std::optional<Window>& base,
                     const std::optional<std::chrono::seconds>& default_lifetime, Instant now);

}  // namespace vitrine::core

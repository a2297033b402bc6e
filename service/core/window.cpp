#include "service/core/window.hpp"

#include <array>
#include <string>
#include <utility>

#include "service/core/error.hpp"

namespace vitrine::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr hours kDay(24);

constexpr std::array<std::pair<std::string_view, seconds>, 11> kPresets = {{
    {"1h", hours(1)},
    {"6h", hours(6)},
    {"12h", hours(12)},
    {"1d", kDay},
    {"3d", 3 * kDay},
    {"7d", 7 * kDay},
    {"14d", 14 * kDay},
    {"30d", 30 * kDay},
    {"60d", 60 * kDay},
    {"90d", 90 * kDay},
    {"1y", 365 * kDay},
}};

// The member a fault belongs to: the one that stated the end, or the start when the end was not
// stated.
std::string pointer_to_end(const WindowRequest& request) {
  if (!request.end) {
    return "/starts_at";
  }
  return std::holds_alternative<seconds>(*request.end) ? "/ttl_seconds" : "/expires_at";
}

[[noreturn]] void refuse(std::string pointer, std::string detail) {
  throw Error({Violation{std::move(pointer), "out_of_range", std::move(detail)}});
}

std::optional<Instant> end_of(const WindowRequest& request, const std::optional<Window>& base,
                              const std::optional<seconds>& default_lifetime, Instant starts_at) {
  if (!request.end) {
    if (base) {
      return base->expires_at;
    }
    return default_lifetime ? std::optional<Instant>(starts_at + *default_lifetime) : std::nullopt;
  }
  if (const auto* at = std::get_if<Instant>(&*request.end)) {
    return *at;
  }
  if (const auto* lifetime = std::get_if<seconds>(&*request.end)) {
    if (*lifetime < seconds(1) || *lifetime > kMaxLifetime) {
      refuse("/ttl_seconds",
             "must be 1 to " + std::to_string(kMaxLifetime.count()) + " seconds (100 years)");
    }
    return starts_at + *lifetime;
  }
  return std::nullopt;
}

}  // namespace

std::optional<seconds> expires_in_preset(std::string_view text) {
  for (const auto& [name, lifetime] : kPresets) {
    if (name == text) {
      return lifetime;
    }
  }
  return std::nullopt;
}

Window settle_window(const WindowRequest& request, const std::optional<Window>& base,
                     const std::optional<seconds>& default_lifetime, Instant now) {
  if (base && !request.starts_at && !request.end) {
    return *base;  // an expired share keeps its window when only its title changes
  }
  // To the millisecond that answers show, so that what is shown is what is enforced.
  const Instant starts_at =
      request.starts_at ? *request.starts_at
      : base            ? base->starts_at
             : Instant(std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()));
  const Window window{starts_at, end_of(request, base, default_lifetime, starts_at)};
  if (!window.expires_at) {
    return window;
  }
  const std::string pointer = pointer_to_end(request);
  if (*window.expires_at <= window.starts_at) {
    refuse(pointer, "the window would end before it starts");
  }
  if (*window.expires_at <= now) {
    refuse(pointer, "the window would have ended already; choose a later end");
  }
  if (*window.expires_at > kLastInstant) {
    refuse(pointer, "the window would end after the year 9999");
  }
  return window;
}

}  // namespace vitrine::core

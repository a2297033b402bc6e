#include "service/core/retry_schedule.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "service/core/http_date.hpp"

namespace vitrine::core {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kLongestWish = hours(24);
constexpr milliseconds kLeastWhenOverloaded = minutes(1);
constexpr double kJitter = 0.2;

}  // namespace

RetrySchedule::Delays RetrySchedule::standard() {
  return {seconds(0), seconds(5), minutes(5), minutes(30), hours(2),
          hours(5),   hours(10),  hours(14),  hours(20),   hours(24)};
}

RetrySchedule::RetrySchedule(Delays delays) : delays_(std::move(delays)) {
  if (delays_.empty()) {
    throw std::invalid_argument("a retry schedule needs at least one attempt");
  }
}

std::optional<milliseconds> RetrySchedule::next(const Failure& failure, double chance) const {
  const auto made = static_cast<std::size_t>(std::max(failure.attempts, 1));
  if (made >= delays_.size()) {
    return std::nullopt;
  }
  const double factor = 1 - kJitter + 2 * kJitter * chance;
  const std::chrono::duration<double, std::milli> moved = milliseconds(delays_[made]) * factor;
  auto delay = std::chrono::round<milliseconds>(moved);
  if (failure.overloaded) {
    delay = std::max(delay, kLeastWhenOverloaded);
  }
  if (failure.retry_after) {
    delay = std::max(delay, milliseconds(std::min(*failure.retry_after, kLongestWish)));
  }
  return delay;
}

std::optional<seconds> parse_retry_after(std::string_view text, std::chrono::sys_seconds now) {
  if (const auto date = parse_http_date(text)) {
    return std::clamp(*date - now, seconds(0), kLongestWish);
  }
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (!digits) {
    return std::nullopt;
  }
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool huge = error == std::errc::result_out_of_range || number > kLongestWish.count();
  return huge ? kLongestWish : seconds(number);
}

}  // namespace vitrine::core

#include "service/core/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace vitrine::core {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes a text apart from the left; one failed step fails the whole.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void literal(std::string_view text) {
    good_ = good_ && rest_.starts_with(text);
    advance(text.size());
  }

  // Which of `names` comes next.
  template <std::size_t N>
  unsigned one_of(const std::array<std::string_view, N>& names) {
    const auto found = std::ranges::find_if(
        names, [this](std::string_view name) { return rest_.starts_with(name); });
    good_ = good_ && found != names.end();
    if (good_) {
      advance(found->size());
    }
    return good_ ? static_cast<unsigned>(found - names.begin()) : 0;
  }

  int number(std::size_t width) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      good_ = good_ && i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9';
      value = good_ ? value * 10 + (rest_[i] - '0') : 0;
    }
    advance(width);
    return value;
  }

  // Two places, the first of which may be a blank.
  int padded_number() {
    if (!rest_.starts_with(' ')) {
      return number(2);
    }
    advance(1);
    return number(1);
  }

  bool finished() const { return good_ && rest_.empty(); }

 private:
  void advance(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }

  std::string_view rest_;
  bool good_ = true;
};

struct Parts {
  int year = 0;
  unsigned month = 0;  // 0 is January
  int day = 0;
  seconds time{};
};

seconds read_time(Reader& reader, bool& in_range) {
  const int hour = reader.number(2);
  reader.literal(":");
  const int minute = reader.number(2);
  reader.literal(":");
  const int second = reader.number(2);
  in_range = hour < 24 && minute < 60 && second < 60;
  return hours(hour) + minutes(minute) + seconds(second);
}

std::optional<sys_seconds> settle(const Reader& reader, bool in_range, const Parts& parts) {
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(parts.month + 1),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!reader.finished() || !in_range || !date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + parts.time;
}

std::optional<sys_seconds> parse_imf(std::string_view text) {
  Reader reader(text);
  Parts parts;
  bool in_range = false;
  reader.one_of(kDays);
  reader.literal(", ");
  parts.day = reader.number(2);
  reader.literal(" ");
  parts.month = reader.one_of(kMonths);
  reader.literal(" ");
  parts.year = reader.number(4);
  reader.literal(" ");
  parts.time = read_time(reader, in_range);
  reader.literal(" GMT");
  return settle(reader, in_range, parts);
}

std::optional<sys_seconds> parse_rfc850(std::string_view text) {
  Reader reader(text);
  Parts parts;
  bool in_range = false;
  reader.one_of(kLongDays);
  reader.literal(", ");
  parts.day = reader.number(2);
  reader.literal("-");
  parts.month = reader.one_of(kMonths);
  reader.literal("-");
  const int short_year = reader.number(2);
  parts.year = short_year + (short_year < 70 ? 2000 : 1900);
  reader.literal(" ");
  parts.time = read_time(reader, in_range);
  reader.literal(" GMT");
  return settle(reader, in_range, parts);
}

std::optional<sys_seconds> parse_asctime(std::string_view text) {
  Reader reader(text);
  Parts parts;
  bool in_range = false;
  reader.one_of(kDays);
  reader.literal(" ");
  parts.month = reader.one_of(kMonths);
  reader.literal(" ");
  parts.day = reader.padded_number();
  reader.literal(" ");
  parts.time = read_time(reader, in_range);
  reader.literal(" ");
  parts.year = reader.number(4);
  return settle(reader, in_range, parts);
}

}  // namespace

std::string format_http_date(sys_seconds date) {
  const auto midnight = std::chrono::floor<days>(date);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss time(date - midnight);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(midnight).c_encoding()].data(),
                static_cast<unsigned>(day.day()),
                kMonths[static_cast<unsigned>(day.month()) - 1].data(),
                static_cast<int>(day.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text;
}

std::optional<sys_seconds> parse_http_date(std::string_view text) {
  auto date = parse_imf(text);
  if (!date) {
    date = parse_rfc850(text);
  }
  return date ? date : parse_asctime(text);
}

}  // namespace vitrine::core

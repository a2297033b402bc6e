#include "service/core/instant.hpp"

namespace vitrine::core {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes a text apart from the left. Every step fails for good once one has failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // Exactly `width` digits, with a value of `low` to `high`.
  int number(std::size_t width, int low, int high) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      value = value * 10 + digit();
    }
    good_ = good_ && value >= low && value <= high;
    return value;
  }

  void expect(char lower, char upper) {
    good_ = good_ && (peek() == lower || peek() == upper);
    skip();
  }
  void expect(char c) { expect(c, c); }

  // `.` and at least one digit, when there; to the millisecond.
  milliseconds fraction() {
    if (peek() != '.') {
      return milliseconds(0);
    }
    skip();
    int value = digit();
    for (int i = 1; i < 3; ++i) {
      value = value * 10 + (is_digit(peek()) ? digit() : 0);
    }
    while (is_digit(peek())) {
      skip();
    }
    return milliseconds(value);
  }

  // `Z`, or a signed distance from UTC.
  minutes offset() {
    if (peek() == 'Z' || peek() == 'z') {
      skip();
      return minutes(0);
    }
    const bool behind = peek() == '-';
    expect('+', '-');
    const int hour = number(2, 0, 23);
    expect(':');
    const minutes distance = hours(hour) + minutes(number(2, 0, 59));
    return behind ? -distance : distance;
  }

  bool finished() const { return good_ && rest_.empty(); }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  void skip() {
    good_ = good_ && !rest_.empty();
    rest_ = rest_.substr(rest_.empty() ? 0 : 1);
  }
  int digit() {
    const char c = peek();
    good_ = good_ && is_digit(c);
    skip();
    return good_ ? c - '0' : 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

constexpr Instant kEarliest{};  // 1970
constexpr Instant kEnd = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
  Reader reader(text);
  // One year beyond either end, because an offset may bring the instant back inside.
  const int year = reader.number(4, 1969, 9999);
  reader.expect('-');
  const int month = reader.number(2, 1, 12);
  reader.expect('-');
  const int day = reader.number(2, 1, 31);
  reader.expect('T', 't');
  const int hour = reader.number(2, 0, 23);
  reader.expect(':');
  const int minute = reader.number(2, 0, 59);
  reader.expect(':');
  const int second = reader.number(2, 0, 59);
  const milliseconds fraction = reader.fraction();
  const minutes offset = reader.offset();

  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!reader.finished() || !date.ok()) {
    return std::nullopt;
  }
  const Instant instant = std::chrono::sys_days(date) + hours(hour) + minutes(minute) +
                          seconds(second) + fraction - offset;
  return instant >= kEarliest && instant < kEnd ? std::optional(instant) : std::nullopt;
}

// By hand: printf would take longer than all else of a small answer.
void append_rfc3339(std::string& out, Instant instant) {
  const auto midnight = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(std::chrono::floor<milliseconds>(instant - midnight));
  const std::size_t begin = out.size();
  out += "0000-00-00T00:00:00.000Z";
  const auto put = [&](std::size_t first, std::size_t width, auto number) {
    auto rest = static_cast<unsigned>(number);
    for (std::size_t place = first + width; place-- > first; rest /= 10) {
      out[begin + place] = static_cast<char>('0' + rest % 10);
    }
  };
  put(0, 4, static_cast<int>(date.year()));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, time.hours().count());
  put(14, 2, time.minutes().count());
  put(17, 2, time.seconds().count());
  put(20, 3, time.subseconds().count());
}

std::string format_rfc3339(Instant instant) {
  std::string text;
  append_rfc3339(text, instant);
  return text;
}

}  // namespace vitrine::core

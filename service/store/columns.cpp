#include "service/store/columns.hpp"

#include <charconv>
#include <stdexcept>

namespace vitrine::store {
namespace {

[[noreturn]] void misfit(const pqxx::field& field, const char* expected) {
  throw std::logic_error(std::string("column ") + field.name() + " does not hold " + expected);
}

// Reads exactly the digits of `text`, all of them.
std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

void append_padded(std::string& out, unsigned value, std::size_t width) {
  const std::string text = std::to_string(value);
  out.append(width - std::min(width, text.size()), '0').append(text);
}

void refuse_nul(const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    throw std::invalid_argument("a text parameter holds NUL");
  }
}

}  // namespace

std::string array_text(const std::vector<std::optional<std::string>>& elements) {
  std::string text = "{";
  for (const auto& element : elements) {
    if (text.size() > 1) {
      text += ',';
    }
    if (!element) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *element) {
      if (c == '"' || c == '\\') {
        text += '\\';
      }
      text += c;
    }
    text += '"';
  }
  return text + '}';
}

std::string timestamp_text(core::Instant instant) {
  using std::chrono::days;
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  std::string text;
  append_padded(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_padded(text += '-', static_cast<unsigned>(date.month()), 2);
  append_padded(text += '-', static_cast<unsigned>(date.day()), 2);
  append_padded(text += ' ', static_cast<unsigned>(time.hours().count()), 2);
  append_padded(text += ':', static_cast<unsigned>(time.minutes().count()), 2);
  append_padded(text += ':', static_cast<unsigned>(time.seconds().count()), 2);
  append_padded(text += '.', static_cast<unsigned>(time.subseconds().count()), 6);
  return text + "+00";
}

Parameter::Parameter(const std::string& text) : borrowed_(text.c_str()), kind_(Kind::borrowed) {
  refuse_nul(text);
}

Parameter::Parameter(std::string&& text) : owned_(std::move(text)), kind_(Kind::owned) {
  refuse_nul(owned_);
}

std::string text_of(const pqxx::field& field) { return {field.c_str(), field.size()}; }

std::int64_t integer_of(const pqxx::field& field) {
  std::int64_t value = 0;
  const char* end = field.c_str() + field.size();
  const auto [stop, fault] = std::from_chars(field.c_str(), end, value);
  if (field.is_null() || fault != std::errc() || stop != end) {
    misfit(field, "an integer");
  }
  return value;
}

bool flag_of(const pqxx::field& field) {
  if (field.size() != 1 || (*field.c_str() != 't' && *field.c_str() != 'f')) {
    misfit(field, "a boolean");
  }
  return *field.c_str() == 't';
}

core::Uuid uuid_of(const pqxx::field& field) {
  const auto uuid = core::Uuid::parse({field.c_str(), field.size()});
  if (!uuid) {
    misfit(field, "a uuid");
  }
  return *uuid;
}

// `2026-11-21 05:22:57.123456+00`; PostgreSQL leaves out trailing zeros of the fraction.
core::Instant instant_of(const pqxx::field& field) {
  using std::chrono::day, std::chrono::month, std::chrono::year;
  const std::string_view text(field.c_str(), field.size());
  if (text.size() < 22 || text.size() > 29 || !text.ends_with("+00")) {
    misfit(field, "a UTC timestamp");
  }
  const auto part = [&](std::size_t at, std::size_t length) {
    const auto value = digits(text.substr(at, length));
    if (!value) {
      misfit(field, "a UTC timestamp");
    }
    return *value;
  };
  const std::chrono::year_month_day date(year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                                         day(static_cast<unsigned>(part(8, 2))));
  core::Instant instant = std::chrono::sys_days(date);
  instant += std::chrono::hours(part(11, 2)) + std::chrono::minutes(part(14, 2)) +
             std::chrono::seconds(part(17, 2));
  if (text.size() > 22) {
    int fraction = part(20, text.size() - 23);
    for (std::size_t width = text.size() - 23; width < 6; ++width) {
      fraction *= 10;
    }
    instant += std::chrono::microseconds(fraction);
  }
  return instant;
}

std::vector<std::string> texts_of(const pqxx::field& field) {
  std::vector<std::string> texts;
  pqxx::array_parser parser = field.as_array();
  for (auto item = parser.get_next(); item.first != pqxx::array_parser::done;
       item = parser.get_next()) {
    if (item.first == pqxx::array_parser::string_value) {
      texts.push_back(std::move(item.second));
    }
  }
  return texts;
}

}  // namespace vitrine::store

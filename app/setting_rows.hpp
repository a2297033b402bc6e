#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "app/config.hpp"

// What the tables of settings are made of.
namespace vitrine::app {

// What a value must be instead of what it is; nothing when it is well.
using Fault = std::optional<std::string>;

template <class Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number < least || number > most)
    return std::nullopt;
  return number;
}

// Reads a whole number within bounds into `target`, whose type may be a duration.
template <class Target>
Fault read_number(std::string_view text, long least, long most, Target& target) {
  if (const auto number = number_in<long>(text, least, most)) {
    target = Target(static_cast<int>(*number));
    return std::nullopt;
  }
  return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}

Fault read_switch(std::string_view text, bool& target);
std::string show_switch(bool on);

// The name of a file of certificates.
Fault read_certificates(std::string_view text, std::string& target);

template <class Number>
std::string show_number(Number number) {
  if constexpr (std::is_integral_v<Number>) {
    return std::to_string(number);
  } else {
    return std::to_string(number.count());
  }
}

// The row of a setting that is a whole number, or a duration in its unit.
template <auto Member, long Least, long Most>
Setting number(std::string_view name, std::string_view default_text, std::string_view meaning) {
  return {name,
          default_text,
          meaning,
          false,
          false,
          [](std::string_view text, Config& config) {
            return read_number(text, Least, Most, config.*Member);
          },
          [](const Config& config) { return show_number(config.*Member); }};
}

// The row of a setting that is true or false.
template <auto Member>
Setting switch_of(std::string_view name, std::string_view default_text, std::string_view meaning) {
  return {name,
          default_text,
          meaning,
          false,
          false,
          [](std::string_view text, Config& config) { return read_switch(text, config.*Member); },
          [](const Config& config) { return show_switch(config.*Member); }};
}

// Seconds before each attempt, separated by commas.
Fault read_schedule(std::string_view text, core::RetrySchedule& schedule);
std::string show_schedule(const core::RetrySchedule& schedule);

// What e-mail is set by, and what is wrong with VITRINE_MAIL_FROM beside the others.
std::vector<Setting> mail_settings();
Fault fault_of_mail(const Config& config);

// The table, and behind it what the jobs are set by: events, opens, e-mail, webhooks.
std::vector<Setting> with_job_settings(std::vector<Setting> table);

}  // namespace vitrine::app

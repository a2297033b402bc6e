#include "api/byte_range.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace vitrine::api {
namespace {

constexpr std::string_view kUnit = "bytes";
constexpr std::string_view kBlank = " \t";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool is_bytes_unit(std::string_view text) { return std::ranges::equal(text, kUnit, {}, to_lower); }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A position of any number of digits; what no integer holds is as good as the largest one.
std::optional<std::uint64_t> position(std::string_view digits) {
  constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (kLargest - digit) / 10 ? kLargest : value * 10 + digit;
  }
  return value;
}

RangeChoice choose_suffix(std::uint64_t wanted, std::uint64_t size) {
  if (wanted == 0) {
    return UnsatisfiableRange{};
  }
  if (size == 0) {
    return WholeRepresentation{};  // satisfiable, but there is no position to name
  }
  return ByteRange{size - std::min(wanted, size), size - 1};
}

}  // namespace

RangeChoice choose_range(std::string_view range_field, std::uint64_t size) {
  const auto equals = range_field.find('=');
  if (equals == std::string_view::npos || !is_bytes_unit(range_field.substr(0, equals))) {
    return WholeRepresentation{};
  }
  const std::string_view spec = trim(range_field.substr(equals + 1));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) {
    return WholeRepresentation{};
  }
  const auto first = position(spec.substr(0, dash));
  const auto last = position(spec.substr(dash + 1));
  if (dash == 0) {
    return last ? choose_suffix(*last, size) : WholeRepresentation{};
  }
  const bool open_ended = dash + 1 == spec.size();
  if (!first || (!last && !open_ended) || (last && *last < *first)) {
    return WholeRepresentation{};
  }
  if (*first >= size) {
    return UnsatisfiableRange{};
  }
  return ByteRange{*first, last ? std::min(*last, size - 1) : size - 1};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.first) + '-' + std::to_string(range.last) + '/' +
         std::to_string(size);
}

std::string unsatisfied_content_range(std::uint64_t size) {
  return "bytes */" + std::to_string(size);
}

}  // namespace vitrine::api

#include "api/media_conditions.hpp"
#include "service/core/http_date.hpp"

#include <algorithm>
#include <optional>

namespace vitrine::api {
namespace {

using std::chrono::sys_seconds;

constexpr std::string_view kIfMatch = "if-match";
constexpr std::string_view kIfNoneMatch = "if-none-match";

enum class Comparison { strong, weak };

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Whether one field's list of entity tags names `current`, which is strong. A tag may hold commas.
// What follows the first malformed element is not looked at.
bool names_tag(std::string_view list, std::string_view current, Comparison comparison) {
  while (true) {
    const auto begin = list.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) {
      return false;
    }
    list.remove_prefix(begin);
    const bool weak = list.starts_with("W/");
    const std::string_view tag = list.substr(weak ? 2 : 0);
    const auto end = tag.starts_with('"') ? tag.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      return false;
    }
    if (tag.substr(0, end + 1) == current && (!weak || comparison == Comparison::weak)) {
      return true;
    }
    list = tag.substr(end + 1);
  }
}

// Several fields of a name are one list (RFC 9110 section 5.3).
bool any_names_tag(const http::Headers& headers, std::string_view name, std::string_view current,
                   Comparison comparison) {
  return std::ranges::any_of(headers, [&](const http::Header& field) {
    return std::ranges::equal(field.name, name, {}, to_lower) &&
           (field.value == "*" || names_tag(field.value, current, comparison));
  });
}

std::optional<sys_seconds> date_in(const http::Headers& headers, std::string_view name) {
  const auto value = headers.get(name);
  return value && headers.count(name) == 1 ? core::parse_http_date(*value) : std::nullopt;
}

bool is_unwanted(const http::Headers& headers, const Validators& current) {
  if (headers.get(kIfMatch)) {
    return !any_names_tag(headers, kIfMatch, current.entity_tag, Comparison::strong);
  }
  const auto since = date_in(headers, "if-unmodified-since");
  return since && current.modified_at > *since;
}

bool is_known(const http::Headers& headers, const Validators& current) {
  if (headers.get(kIfNoneMatch)) {
    return any_names_tag(headers, kIfNoneMatch, current.entity_tag, Comparison::weak);
  }
  const auto since = date_in(headers, "if-modified-since");
  return since && current.modified_at <= *since;
}

}  // namespace

Condition judge_conditions(const http::Headers& headers, const Validators& current) {
  if (is_unwanted(headers, current)) {
    return Condition::failed;
  }
  return is_known(headers, current) ? Condition::not_modified : Condition::met;
}

bool range_is_current(const http::Headers& headers, const Validators& current, sys_seconds now) {
  const auto value = headers.get("if-range");
  if (!value) {
    return true;
  }
  if (headers.count("if-range") > 1) {
    return false;
  }
  if (*value == current.entity_tag) {
    return true;
  }
  const auto date = core::parse_http_date(*value);
  return date == current.modified_at && now > current.modified_at;
}

}  // namespace vitrine::api

#include "api/query.hpp"

#include <algorithm>

#include "api/percent.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

core::Error invalid(const std::string& detail) {
  return {core::ErrorCode::invalid_parameter, detail};
}

// Forms write a space as `+`; a plus sign itself comes as %2B.
std::string decode(std::string_view raw) {
  std::string text(raw);
  std::replace(text.begin(), text.end(), '+', ' ');
  auto decoded = percent_decode(text);
  if (!decoded) {
    throw invalid(
        "The query holds an escape that is broken or stands for a character that is not allowed.");
  }
  return std::move(*decoded);
}

}  // namespace

Query::Query(std::string_view raw, std::span<const std::string_view> allowed) {
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) {
      continue;
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = decode(pair.substr(0, equals));
    std::string value = decode(pair.substr(std::min(equals + 1, pair.size())));
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      throw invalid("The query has a parameter that this operation does not know.");
    }
    for (const auto& [known, text] : parameters_) {
      if (known == name) {
        throw invalid("The query parameter " + name + " is given twice.");
      }
    }
    parameters_.emplace_back(std::move(name), std::move(value));
  }
}

std::optional<std::string_view> Query::get(std::string_view name) const {
  for (const auto& [known, text] : parameters_) {
    if (known == name && !text.empty()) {
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace vitrine::api

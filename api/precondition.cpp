#include "api/precondition.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "api/header_values.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::int64_t kNoVersion = -1;

core::Error malformed() {
  return {core::ErrorCode::invalid_parameter,
          "If-Match must be * or a list of entity tags in double quotes, as ETag gave them."};
}

bool is_tag_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x21 && byte != '"' && byte != 0x7F;
}

// Takes one entity tag off the front; nothing inside when it is weak, which never matches.
std::optional<std::string_view> take_tag(std::string_view& rest) {
  const bool weak = rest.starts_with("W/");
  rest.remove_prefix(weak ? 2 : 0);
  const std::size_t end = rest.starts_with('"') ? rest.find('"', 1) : std::string_view::npos;
  if (end == std::string_view::npos) {
    throw malformed();
  }
  const std::string_view opaque = rest.substr(1, end - 1);
  if (!std::all_of(opaque.begin(), opaque.end(), is_tag_character)) {
    throw malformed();
  }
  rest.remove_prefix(end + 1);
  return weak ? std::nullopt : std::optional(opaque);
}

// Only the one spelling that entity_tag() gives is a version.
std::optional<std::int64_t> version_of(std::string_view opaque) {
  std::int64_t version = 0;
  const auto [end, fault] = std::from_chars(opaque.data(), opaque.data() + opaque.size(), version);
  const bool whole = fault == std::errc() && end == opaque.data() + opaque.size();
  return whole && std::to_string(version) == opaque ? std::optional(version) : std::nullopt;
}

}  // namespace

std::string entity_tag(std::int64_t version) { return '"' + std::to_string(version) + '"'; }

Precondition::Precondition(const http::Headers& headers) {
  if (headers.count("If-Match") == 0) {
    return;
  }
  given_ = true;
  const std::string joined = joined_values(headers, "If-Match");
  std::string_view rest = without_spaces_around(joined);
  if (rest == "*") {
    return;
  }
  any_ = false;
  while (true) {
    const auto tag = take_tag(rest);
    if (const auto version = tag ? version_of(*tag) : std::nullopt) {
      versions_.push_back(*version);
    }
    rest = without_spaces_around(rest);
    if (rest.empty()) {
      return;
    }
    if (!rest.starts_with(',')) {
      throw malformed();
    }
    rest = without_spaces_around(rest.substr(1));
  }
}

std::optional<std::int64_t> Precondition::expected(
    const std::function<std::int64_t()>& current) const {
  if (any_) {
    return std::nullopt;
  }
  if (versions_.size() < 2) {
    return versions_.empty() ? kNoVersion : versions_.front();
  }
  const std::int64_t now = current();
  const bool listed = std::find(versions_.begin(), versions_.end(), now) != versions_.end();
  return listed ? now : kNoVersion;
}

}  // namespace vitrine::api

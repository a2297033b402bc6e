#include "api/path.hpp"

#include <algorithm>
#include <stdexcept>

#include "api/percent.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::string_view kMediaPrefix = "/media/";

std::string decode_segment(std::string_view raw) {
  auto decoded = percent_decode(raw);
  if (!decoded || decoded->find_first_of("/\\") != std::string::npos) {
    throw core::Error(core::ErrorCode::invalid_parameter,
                      "The path holds an escape that is broken or stands for a character that is "
                      "not allowed there.");
  }
  return std::move(*decoded);
}

// Takes the text up to the next slash off the front.
std::string_view take_segment(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view segment = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return segment;
}

}  // namespace

const std::string& PathValues::operator[](std::string_view name) const {
  for (const Value& value : values_) {
    if (value.name == name) {
      return value.text;
    }
  }
  throw std::logic_error("no such part in the path template");
}

Path::Path(std::string_view raw) {
  if (raw.starts_with(kMediaPrefix)) {
    segments_ = {"media", std::string(raw.substr(kMediaPrefix.size()))};
    return;
  }
  std::string_view rest = raw.starts_with('/') ? raw.substr(1) : raw;
  const bool ends_in_slash = rest.ends_with('/');
  while (!rest.empty()) {
    segments_.push_back(decode_segment(take_segment(rest)));
  }
  if (ends_in_slash) {
    segments_.emplace_back();
  }
}

std::optional<PathValues> Path::match(std::string_view path_template) const {
  PathValues values;
  std::string_view rest = path_template.substr(1);
  for (const std::string& segment : segments_) {
    if (rest.empty()) {
      return std::nullopt;
    }
    const std::string_view expected = take_segment(rest);
    if (expected.starts_with('{')) {
      if (segment.empty()) {
        return std::nullopt;
      }
      values.add(expected.substr(1, expected.size() - 2), segment);
    } else if (segment != expected) {
      return std::nullopt;
    }
  }
  return rest.empty() ? std::optional(std::move(values)) : std::nullopt;
}

}  // namespace vitrine::api

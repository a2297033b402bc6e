#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::api {

// The variable parts of a matched path, decoded once. Names are those of the template.
class PathValues {
 public:
  void add(std::string_view name, std::string value) {
    values_.push_back({name, std::move(value)});
  }
  const std::string& operator[](std::string_view name) const;  // throws std::logic_error

 private:
  struct Value {
    std::string_view name;
    std::string text;
  };
  std::vector<Value> values_;
};

// A path as templates see it: segments between slashes, each decoded exactly once. What follows
// `/media/` is one segment and stays as it was sent, because its signature covers it byte for byte.
class Path {
 public:
  // Throws invalid_parameter for a segment with a broken escape, an encoded slash, a control
  // character or invalid UTF-8.
  explicit Path(std::string_view raw);

  // Compares with a template such as `/v1/shares/{share_id}`. An empty segment fits no variable.
  std::optional<PathValues> match(std::string_view path_template) const;

 private:
  std::vector<std::string> segments_;
};

}  // namespace vitrine::api

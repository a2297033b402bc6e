#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::api {

// The parameters of a query string, read strictly.
class Query {
 public:
  Query() = default;

  // Throws invalid_parameter for a name that is not in `allowed`, one given twice, and a value with
  // a broken escape, a control character or invalid UTF-8.
  Query(std::string_view raw, std::span<const std::string_view> allowed);

  // Nothing when the parameter is absent or empty.
  std::optional<std::string_view> get(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace vitrine::api

#include "service/store/visibility_column.hpp"

#include <optional>
#include <vector>

#include "service/store/columns.hpp"

namespace vitrine::store {

std::string visibility_text(const core::Visibility& visibility) {
  std::vector<std::optional<std::string>> names;
  for (const core::Flag flag : core::kFlags) {
    if (visibility.shows(flag)) {
      names.emplace_back(core::to_text(flag));
    }
  }
  return array_text(names);
}

core::Visibility visibility_of(const pqxx::field& field) {
  core::Visibility visibility;
  for (const std::string& name : texts_of(field)) {
    if (const auto flag = core::visibility_flag(name)) {
      visibility.set(*flag, true);
    }
  }
  return visibility;
}

}  // namespace vitrine::store

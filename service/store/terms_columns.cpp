#include "service/store/terms_columns.hpp"

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

core::Tracking tracking_of(const pqxx::field& field) {
  return core::tracking(text_of(field)).value();
}

std::chrono::seconds seconds_of(const pqxx::field& field) {
  return std::chrono::seconds(integer_of(field));
}

core::Terms granted_of(const pqxx::row& row) {
  return {core::audience(text_of(row["audience"])).value(),
          visibility_of(row["visible"]),
          {instant_of(row["starts_at"]), if_present(row["expires_at"], instant_of)},
          tracking_of(row["tracking"])};
}

std::optional<core::Clip> clip_of(const pqxx::row& row) {
  const auto start = if_present(row["clip_start_ms"], integer_of);
  return start ? std::optional(core::Clip{*start, integer_of(row["clip_end_ms"])}) : std::nullopt;
}

}  // namespace vitrine::store

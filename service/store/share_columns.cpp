#include "service/store/share_columns.hpp"

#include "service/store/columns.hpp"
#include "service/store/link_columns.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store {
namespace {

core::Terms requested_terms(const pqxx::row& row) {
  return {core::audience(text_of(row["audience"])).value(),
          visibility_of(row["requested_visible"]),
          {instant_of(row["starts_at"]), if_present(row["requested_expires_at"], instant_of)},
          tracking_of(row["requested_tracking"])};
}

core::Share share_of(const pqxx::row& row, const core::Policy& policy) {
  const auto key = if_present(row["created_by"], uuid_of);
  return {.id = core::ShareId(uuid_of(row["share_id"])),
          .recording_id = core::RecordingId::parse(text_of(row["recording_id"])).value(),
          .title = if_present(row["title"], text_of),
          .label = if_present(row["label"], text_of),
          .metadata = if_present(row["metadata"], text_of),
          .requested = requested_terms(row),
          .granted = granted_of(row),
          .max_views = if_present(row["max_views"], integer_of),
          .has_passcode = flag_of(row["has_passcode"]),
          .clip = clip_of(row),
          .disabled_at = if_present(row["disabled_at"], instant_of),
          .revoked_at = if_present(row["revoked_at"], instant_of),
          .created_at = instant_of(row["created_at"]),
          .created_by = key ? std::optional(core::KeyId(*key)) : std::nullopt,
          .updated_at = instant_of(row["updated_at"]),
          .version = integer_of(row["version"]),
          .links = {},
          .policy = policy,
          .now = instant_of(row["now"])};
}

}  // namespace

std::vector<core::Share> shares_from(const pqxx::result& rows, const core::Policy& policy) {
  std::vector<core::Share> found;
  for (const auto& row : rows) {
    if (found.empty() || found.back().id.uuid() != uuid_of(row["share_id"])) {
      found.push_back(share_of(row, policy));
    }
    if (!row["link_id"].is_null()) {
      found.back().link_count = integer_of(row["link_count"]);
      found.back().links.push_back(link_of(row));
    }
  }
  return found;
}

}  // namespace vitrine::store

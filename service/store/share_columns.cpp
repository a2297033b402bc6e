#include "service/store/share_columns.hpp"

#include <map>
#include <optional>

#include "service/store/columns.hpp"
#include "service/store/link_columns.hpp"
#include "service/store/session.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store {
namespace {

core::Terms requested_terms(const pqxx::row& row) {
  return {core::audience(text_of(row["audience"])).value(),
          visibility_of(row["requested_visible"]),
          {instant_of(row["starts_at"]), if_present(row["requested_expires_at"], instant_of)},
          tracking_of(row["requested_tracking"])};
}

core::Correspondence correspondence_of(const pqxx::row& row) {
  const auto remind = if_present(row["remind_before_seconds"], integer_of);
  return {{if_present(row["sender_name"], text_of), if_present(row["sender_email"], text_of),
           if_present(row["sender_time_zone"], text_of)},
          flag_of(row["notify_on_open"]),
          remind ? std::optional(std::chrono::seconds(*remind)) : std::nullopt};
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
          .correspondence = correspondence_of(row),
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

bool hides_opens(const core::Share& share) {
  return share.link_count > static_cast<std::int64_t>(share.links.size()) &&
         core::in_force(share).tracking != core::Tracking::none;
}

}  // namespace

constexpr auto kOpens = R"sql(/* share_columns.opens */
SELECT share_id, sum(opens_person) AS opens_person, sum(opens_scanner) AS opens_scanner,
       sum(opens_preview) AS opens_preview
  FROM link
 WHERE workspace_id = $1 AND share_id = ANY ($2::uuid[])
 GROUP BY share_id)sql";

static void add_up_opens(Transaction& transaction, const core::WorkspaceId& workspace,
                         std::vector<core::Share>& shares) {
  std::map<core::Uuid, core::Share*> hidden;
  std::vector<std::optional<std::string>> ids;
  for (core::Share& share : shares) {
    for (const core::Link& link : share.links) {
      share.opens.person += link.opens.person;
      share.opens.scanner += link.opens.scanner;
      share.opens.preview += link.opens.preview;
    }
    if (hides_opens(share)) {
      hidden.emplace(share.id.uuid(), &share);
      ids.emplace_back(share.id.uuid().text());
    }
  }
  if (hidden.empty()) {
    return;
  }
  for (const auto& row : transaction.run(kOpens, {workspace, array_text(ids)})) {
    hidden.at(uuid_of(row["share_id"]))->opens = opens_of(row);
  }
}

std::vector<core::Share> shares_from(Transaction& transaction, const core::WorkspaceId& workspace,
                                     const pqxx::result& rows, const core::Policy& policy) {
  std::vector<core::Share> found;
  for (const auto& row : rows) {
    if (found.empty() || found.back().id.uuid() != uuid_of(row["share_id"])) {
      found.push_back(share_of(row, policy));
    }
    if (!row["link_id"].is_null()) {
      found.back().link_count = integer_of(row["link_count"]);
      found.back().links.push_back(link_of(row));
      found.back().links.back().opens = opens_of(row);
      found.back().links.back().email = mail_status_of(row);
    }
  }
  add_up_opens(transaction, workspace, found);
  return found;
}

}  // namespace vitrine::store

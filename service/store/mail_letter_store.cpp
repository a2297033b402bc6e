#include "service/store/mail_letter_store.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "service/store/link_columns.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/resolve_store.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::mail_letter_store {
namespace {

// "UTC+05:30"
std::string offset_text(std::int64_t minutes) {
  const auto size = static_cast<int>(std::abs(minutes));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60,
                size % 60);
  return text.data();
}

std::string instant_text(const pqxx::row& row, const std::string& name) {
  const std::string zone = text_of(row["zone"]);
  const std::string offset = offset_text(integer_of(row[name + "_offset"]));
  return text_of(row[name]) + " (" + (zone == "UTC" ? zone : zone + ", " + offset) + ")";
}

core::Link link_in(const pqxx::row& row) {
  const auto successor = if_present(row["replaced_by"], uuid_of);
  core::Link link{core::LinkId(uuid_of(row["link_id"])),
                  static_cast<std::uint8_t>(integer_of(row["kid"])), recipient_of(row)};
  link.replaced_by = successor ? std::optional(core::LinkId(*successor)) : std::nullopt;
  link.revoked_at = if_present(row["link_revoked_at"], instant_of);
  return link;
}

core::Correspondence correspondence_in(const pqxx::row& row) {
  const auto remind = if_present(row["remind_before_seconds"], integer_of);
  return {{},
          flag_of(row["notify_on_open"]),
          remind ? std::optional(std::chrono::seconds(*remind)) : std::nullopt};
}

}  // namespace

// A sender with an address of their own is not called by the owner's name. `expires` is NULL for a
// share without end.
constexpr auto kFind = R"sql(/* mail_letter_store.find */
SELECT m.kind, m.share_id, coalesce(s.title, r.title) AS title,
       coalesce(s.sender_name, CASE WHEN s.sender_email IS NULL THEN r.owner_name END)
         AS sender_name,
       coalesce(s.sender_email, r.owner_email) AS sender_email,
       s.revoked_at IS NOT NULL AS share_revoked, s.passcode_hash IS NOT NULL AS has_passcode,
       s.notify_on_open, s.remind_before_seconds,
       l.link_id, l.kid, l.recipient_name, l.recipient_email, l.recipient_key, l.replaced_by,
       l.revoked_at AS link_revoked_at, z.name AS zone,
       s.starts_at <= now() AS has_started, coalesce(w.ends_at <= now(), false) AS has_expired,
       to_char(m.occurred_at AT TIME ZONE z.name, 'FMDD FMMonth YYYY, HH24:MI') AS occurred,
       to_char(s.starts_at AT TIME ZONE z.name, 'FMDD FMMonth YYYY, HH24:MI') AS starts,
       to_char(w.ends_at AT TIME ZONE z.name, 'FMDD FMMonth YYYY, HH24:MI') AS expires,
       round(extract(epoch FROM (m.occurred_at AT TIME ZONE z.name)
                                - (m.occurred_at AT TIME ZONE 'UTC')) / 60)::bigint
         AS occurred_offset,
       round(extract(epoch FROM (s.starts_at AT TIME ZONE z.name)
                                - (s.starts_at AT TIME ZONE 'UTC')) / 60)::bigint
         AS starts_offset,
       round(extract(epoch FROM (w.ends_at AT TIME ZONE z.name)
                                - (w.ends_at AT TIME ZONE 'UTC')) / 60)::bigint
         AS expires_offset
  FROM mail m
  JOIN share s ON s.share_id = m.share_id
  JOIN policy p ON p.workspace_id = s.workspace_id
 CROSS JOIN LATERAL (
       SELECT share_end(s.starts_at, s.expires_at, p.max_ttl_seconds) AS ends_at) w
  JOIN recording r ON r.recording_uid = s.recording_uid
  LEFT JOIN link l ON l.link_id = m.link_id
 CROSS JOIN LATERAL (SELECT coalesce(s.sender_time_zone, m.viewer_time_zone, 'UTC') AS name) z
 WHERE m.workspace_id = $1 AND m.mail_id = $2)sql";

std::optional<Letter> find(Transaction& transaction, const core::WorkspaceId& workspace,
                           const core::MailId& mail) {
  const pqxx::result rows = transaction.run(kFind, {workspace, mail});
  if (rows.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = rows[0];
  Letter letter{
      core::mail_kind(text_of(row["kind"])).value(),
      if_present(row["title"], text_of),
      {if_present(row["sender_name"], text_of), if_present(row["sender_email"], text_of), {}},
      {},
      {},
      instant_text(row, "occurred"),
      instant_text(row, "starts"),
      {},
      flag_of(row["has_started"]),
      flag_of(row["has_expired"]),
      flag_of(row["share_revoked"]),
      flag_of(row["has_passcode"]),
      correspondence_in(row),
      policy_store::find(transaction, workspace).policy};
  if (!row["expires"].is_null()) {
    letter.expires = instant_text(row, "expires");
  }
  if (!row["link_id"].is_null()) {
    letter.link = link_in(row);
    const core::ShareId share(uuid_of(row["share_id"]));
    for (auto& state : resolve_store::states(transaction, workspace, share, letter.link->id)) {
      letter.facts = std::move(state.facts);
    }
  }
  return letter;
}

}  // namespace vitrine::store::mail_letter_store

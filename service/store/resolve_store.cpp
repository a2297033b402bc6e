#include "service/store/resolve_store.hpp"

#include <algorithm>

#include "service/store/session.hpp"

namespace vitrine::store::resolve_store {
namespace {

core::LinkFacts facts_of(const pqxx::row& row) {
  return {.link_revoked = flag_of(row["link_revoked"]),
          .share_revoked = flag_of(row["share_revoked"]),
          .share_disabled = flag_of(row["share_disabled"]),
          .recording_deleted = flag_of(row["recording_deleted"]),
          .recording_expires_at = if_present(row["recording_expires_at"], instant_of),
          .window = {instant_of(row["starts_at"]), if_present(row["expires_at"], instant_of)},
          .now = instant_of(row["now"])};
}

Found found_of(const pqxx::row& row) {
  return {.facts = facts_of(row),
          .share_title = if_present(row["share_title"], text_of),
          .download = flag_of(row["download"]),
          .recording_title = text_of(row["recording_title"]),
          .recorded_at = if_present(row["recorded_at"], instant_of),
          .duration_ms = if_present(row["duration_ms"], integer_of),
          .media = {},
          .panels = {}};
}

// The only text here is of names from a closed list.
std::optional<std::string> kinds_text(const std::optional<std::vector<core::PanelKind>>& kinds) {
  if (!kinds) {
    return std::nullopt;
  }
  std::vector<std::optional<std::string>> names;
  for (const core::PanelKind kind : *kinds) {
    names.emplace_back(core::to_text(kind));
  }
  return array_text(names);
}

}  // namespace

// A row per part: the facts are repeated beside each, and stand alone when there is none.
// `may_open` only spares reading megabytes of panels for a link that cannot open; core::decide is
// the judge, and refuses at least whatever this refuses. As a condition inside each branch it
// becomes a one-time filter, so that the branch is not even begun.
constexpr auto kFind = R"sql(/* resolve_store.find */
SELECT now() AS now, l.revoked_at IS NOT NULL AS link_revoked,
       s.revoked_at IS NOT NULL AS share_revoked, s.disabled_at IS NOT NULL AS share_disabled,
       r.deleted_at IS NOT NULL AS recording_deleted, r.expires_at AS recording_expires_at,
       s.starts_at, s.expires_at, s.title AS share_title, 'download' = ANY (s.visible) AS download,
       r.title AS recording_title, r.recorded_at, r.duration_ms,
       part.role, part.content_type, part.key, part.kind, part.document
  FROM link l
  JOIN share s ON s.share_id = l.share_id
  JOIN recording r ON r.recording_uid = s.recording_uid
 CROSS JOIN LATERAL (
       SELECT l.revoked_at IS NULL AND s.revoked_at IS NULL AND s.disabled_at IS NULL
          AND r.deleted_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > now())
          AND s.starts_at <= now() AND (s.expires_at IS NULL OR s.expires_at > now()) AS may_open
       ) gate
  LEFT JOIN LATERAL (
       SELECT m.position, m.role, m.content_type, m.key, NULL AS kind, NULL::json AS document
         FROM media_object m
        WHERE gate.may_open AND m.recording_uid = r.recording_uid
       UNION ALL
       SELECT NULL, NULL, NULL, NULL, p.kind, p.document
         FROM panel p
        WHERE gate.may_open AND p.recording_uid = r.recording_uid
          AND p.kind = ANY (s.visible) AND ($3::text[] IS NULL OR p.kind = ANY ($3::text[]))
       ) part ON true
 WHERE l.link_id = $1 AND l.kid = $2
 ORDER BY part.position)sql";

std::optional<Found> find(Transaction& transaction, const core::LinkId& link, std::uint8_t kid,
                          const std::optional<std::vector<core::PanelKind>>& include) {
  const pqxx::result rows =
      transaction.run_prepared("resolve_store.find", kFind, {link, kid, kinds_text(include)});
  if (rows.empty()) {
    return std::nullopt;
  }
  Found found = found_of(rows[0]);
  for (const auto& row : rows) {
    if (!row["key"].is_null()) {
      found.media.push_back({core::media_role(text_of(row["role"])).value(),
                             text_of(row["content_type"]),
                             core::MediaKey::parse(text_of(row["key"])).value()});
    } else if (!row["kind"].is_null()) {
      found.panels.push_back(
          {core::panel_kind(text_of(row["kind"])).value(), text_of(row["document"])});
    }
  }
  std::ranges::sort(found.panels, {}, &core::PanelDocument::kind);
  return found;
}

}  // namespace vitrine::store::resolve_store

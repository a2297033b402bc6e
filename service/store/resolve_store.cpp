#include "service/store/resolve_store.hpp"

#include <algorithm>

#include "service/store/link_columns.hpp"
#include "service/store/session.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store::resolve_store {
namespace {

// As much of the policy as the decision asks for.
core::Policy policy_of(const pqxx::row& row) {
  core::Policy policy;
  policy.max_ttl = if_present(row["max_ttl_seconds"], seconds_of);
  policy.allow_public = flag_of(row["allow_public"]);
  policy.require_recipient = flag_of(row["require_recipient"]);
  policy.require_passcode = flag_of(row["require_passcode"]);
  policy.allowed_visibility = visibility_of(row["allowed_visibility"]);
  policy.disclose_state = flag_of(row["disclose_state"]);
  policy.require_enforced_clip = flag_of(row["require_enforced_clip"]);
  return policy;
}

core::LinkFacts facts_of(const pqxx::row& row) {
  return {.link_revoked = flag_of(row["link_revoked"]),
          .retires_at = if_present(row["retires_at"], instant_of),
          .has_recipient = !row["recipient_key"].is_null(),
          .views = integer_of(row["views"]),
          .share_revoked = flag_of(row["share_revoked"]),
          .share_disabled = flag_of(row["share_disabled"]),
          .granted = granted_of(row),
          .has_passcode = !row["passcode_hash"].is_null(),
          .has_clip = !row["clip_start_ms"].is_null(),
          .max_views = if_present(row["max_views"], integer_of),
          .recording_deleted = flag_of(row["recording_deleted"]),
          .recording_expires_at = if_present(row["recording_expires_at"], instant_of),
          .policy = policy_of(row),
          .now = instant_of(row["now"])};
}

Found found_of(const pqxx::row& row) {
  return {.facts = facts_of(row),
          .proof_holds = flag_of(row["proof_holds"]),
          .may_open = flag_of(row["may_open"]),
          .workspace = core::WorkspaceId(uuid_of(row["workspace_id"])),
          .session_epoch = integer_of(row["session_epoch"]),
          .passcode_hash = if_present(row["passcode_hash"], text_of),
          .clip = clip_of(row),
          .share_title = if_present(row["share_title"], text_of),
          .recording_title = text_of(row["recording_title"]),
          .recorded_at = if_present(row["recorded_at"], instant_of),
          .duration_ms = if_present(row["duration_ms"], integer_of),
          .media = {},
          .panels = {},
          .comments = {}};
}

void add_part(Found& found, const pqxx::row& row) {
  if (!row["key"].is_null()) {
    found.media.push_back({core::media_role(text_of(row["role"])).value(),
                           text_of(row["content_type"]),
                           core::MediaKey::parse(text_of(row["key"])).value()});
  } else if (!row["kind"].is_null()) {
    found.panels.push_back(
        {core::panel_kind(text_of(row["kind"])).value(), text_of(row["document"])});
  } else if (!row["body"].is_null()) {
    found.comments.push_back({if_present(row["at_ms"], integer_of), text_of(row["body"]),
                              if_present(row["author"], text_of), instant_of(row["created_at"])});
  }
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

// What is known of links, for whichever statement picks them.
const std::string& facts_sql() {
  static const std::string kFacts = R"sql(
SELECT l.link_id, l.recipient_name, l.recipient_email, l.recipient_key, l.views, l.retires_at,
       l.replaced_by, l.revoked_at IS NOT NULL AS link_revoked,
       s.share_id, s.workspace_id, s.title AS share_title, s.audience, s.visible, s.starts_at,
       s.expires_at, s.tracking, s.max_views, s.passcode_hash, s.session_epoch, s.clip_start_ms,
       s.clip_end_ms, s.revoked_at IS NOT NULL AS share_revoked,
       s.disabled_at IS NOT NULL AS share_disabled,
       r.recording_uid, r.title AS recording_title, r.recorded_at, r.duration_ms,
       r.deleted_at IS NOT NULL AS recording_deleted, r.expires_at AS recording_expires_at,
       p.max_ttl_seconds, p.allow_public, p.require_recipient, p.require_passcode,
       p.allowed_visibility, p.disclose_state, p.require_enforced_clip, now() AS now
  FROM link l
  JOIN share s ON s.share_id = l.share_id
  JOIN recording r ON r.recording_uid = s.recording_uid
  JOIN policy p ON p.workspace_id = s.workspace_id
)sql";
  return kFacts;
}

}  // namespace

// The facts come in a row of their own, and then a row per part. `may_open` repeats the decision,
// so that nothing is read for a link that does not open, and nothing leaves that must not;
// core::decide is the judge. A clip cuts here: panels by panel_within, comments by their place.
// A rotated link shows the comments that went over to its successors.
constexpr auto kFindParts = R"sql(
), proof AS MATERIALIZED (
  SELECT coalesce($4::int = session_epoch AND ($5::timestamptz IS NULL OR now < $5), false) AS holds
    FROM head
), gate AS MATERIALIZED (
  SELECT proof.holds,
         NOT link_revoked AND (retires_at IS NULL OR retires_at > now)
         AND NOT share_revoked AND NOT share_disabled
         AND (passcode_hash IS NOT NULL OR NOT require_passcode)
         AND (clip_start_ms IS NULL OR NOT require_enforced_clip)
         AND (recipient_key IS NOT NULL OR NOT require_recipient)
         AND NOT recording_deleted
         AND (recording_expires_at IS NULL OR recording_expires_at > now)
         AND starts_at <= now AND (expires_at IS NULL OR expires_at > now)
         AND (max_ttl_seconds IS NULL OR starts_at + make_interval(secs => max_ttl_seconds) > now)
         AND (audience = 'public' AND allow_public OR $8::boolean)
         AND (passcode_hash IS NULL OR proof.holds AND $6::boolean)
         AND (max_views IS NULL OR views < max_views OR proof.holds AND $7::boolean) AS may_open
    FROM head CROSS JOIN proof
), line AS (
  SELECT link_id, replaced_by FROM head
   UNION
  SELECT next.link_id, next.replaced_by FROM line JOIN link next ON next.link_id = line.replaced_by
), part AS (
  SELECT 0 AS number, NULL::smallint AS position, NULL::text AS role, NULL::text AS content_type,
         NULL::text AS key, NULL::text AS kind, NULL::json AS document, NULL::uuid AS comment_id,
         NULL::bigint AS at_ms, NULL::text AS body, NULL::text AS author,
         NULL::timestamptz AS created_at
    FROM head
   UNION ALL
  SELECT 1, m.position, m.role, m.content_type, m.key, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM gate CROSS JOIN head
    JOIN media_object m ON m.recording_uid = head.recording_uid
   WHERE gate.may_open
   UNION ALL
  SELECT 2, NULL, NULL, NULL, NULL, p.kind,
         CASE WHEN head.clip_start_ms IS NULL THEN p.document
              ELSE panel_within(p.kind, p.document, head.clip_start_ms, head.clip_end_ms) END,
         NULL, NULL, NULL, NULL, NULL
    FROM gate CROSS JOIN head
    JOIN panel p ON p.recording_uid = head.recording_uid
   WHERE gate.may_open
     AND p.kind = ANY (head.visible) AND p.kind = ANY (head.allowed_visibility)
     AND ($3::text[] IS NULL OR p.kind = ANY ($3))
   UNION ALL
  SELECT 3, NULL, NULL, NULL, NULL, NULL, NULL, c.comment_id, c.at_ms, c.body, c.author,
         c.created_at
    FROM gate CROSS JOIN head
    JOIN comment c ON c.share_id = head.share_id
   WHERE gate.may_open
     AND 'comments' = ANY (head.visible) AND 'comments' = ANY (head.allowed_visibility)
     AND (c.link_id IS NULL OR c.link_id IN (SELECT line.link_id FROM line))
     AND (head.clip_start_ms IS NULL OR c.at_ms IS NULL
          OR c.at_ms >= head.clip_start_ms AND c.at_ms < head.clip_end_ms)
)
SELECT part.role, part.content_type, part.key, part.kind, part.document, part.at_ms, part.body,
       part.author, part.created_at,
       gate.holds AS proof_holds, gate.may_open,
       head.recipient_key, head.views, head.retires_at, head.link_revoked, head.workspace_id,
       head.share_title, head.audience, head.visible, head.starts_at, head.expires_at,
       head.tracking, head.max_views, head.passcode_hash, head.session_epoch, head.clip_start_ms,
       head.clip_end_ms, head.share_revoked, head.share_disabled, head.recording_title,
       head.recorded_at, head.duration_ms, head.recording_deleted, head.recording_expires_at,
       head.max_ttl_seconds, head.allow_public, head.require_recipient, head.require_passcode,
       head.allowed_visibility, head.disclose_state, head.require_enforced_clip, head.now
  FROM part
  LEFT JOIN (head CROSS JOIN gate) ON part.number = 0
 ORDER BY part.number, part.position, part.at_ms, part.comment_id)sql";

std::optional<Found> find(Transaction& transaction, const core::LinkId& link, std::uint8_t kid,
                          const std::optional<std::vector<core::PanelKind>>& include,
                          const Proof& proof) {
  static const std::string kFind =
      "/* resolve_store.find */ WITH RECURSIVE head AS MATERIALIZED (" + facts_sql() +
      "WHERE l.link_id = $1 AND l.kid = $2" + kFindParts;
  const pqxx::result rows =
      transaction.run_prepared("resolve_store.find", kFind.c_str(),
                               {link, kid, kinds_text(include), proof.epoch, proof.until,
                                proof.passcode_passed, proof.view_taken, proof.member});
  if (rows.empty()) {
    return std::nullopt;
  }
  Found found = found_of(rows[0]);
  for (const auto& row : rows) {
    add_part(found, row);
  }
  std::ranges::sort(found.panels, {}, &core::PanelDocument::kind);
  return found;
}

constexpr auto kTakeView = R"sql(/* resolve_store.take_view */
UPDATE link l SET views = views + 1
  FROM share s
 WHERE l.link_id = $1 AND s.share_id = l.share_id AND s.session_epoch = $2
   AND l.views < s.max_views AND l.revoked_at IS NULL
   AND (l.retires_at IS NULL OR l.retires_at > now())
   AND s.revoked_at IS NULL AND s.disabled_at IS NULL)sql";

bool take_view(Transaction& transaction, const core::LinkId& link, std::int64_t epoch) {
  return transaction.run(kTakeView, {link, epoch}).affected_rows() == 1;
}

std::vector<LinkState> states(Transaction& transaction, const core::WorkspaceId& workspace,
                              const core::ShareId& share, const std::optional<core::LinkId>& link) {
  static const std::string kStates = "/* resolve_store.states */" + facts_sql() + R"sql(
 WHERE s.workspace_id = $1 AND s.share_id = $2 AND ($3::uuid IS NULL OR l.link_id = $3)
 ORDER BY l.link_id)sql";
  std::vector<LinkState> found;
  for (const auto& row : transaction.run(kStates.c_str(), {workspace, share, link})) {
    found.push_back({core::LinkId(uuid_of(row["link_id"])), recipient_of(row), facts_of(row)});
  }
  return found;
}

}  // namespace vitrine::store::resolve_store

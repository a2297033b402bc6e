#include "service/store/share_store.hpp"

#include "service/store/link_columns.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/session.hpp"
#include "service/store/visibility_column.hpp"

namespace vitrine::store::share_store {
namespace {

core::Tracking tracking_of(const pqxx::field& field) {
  return core::tracking(text_of(field)).value();
}

std::optional<core::Clip> clip_of(const pqxx::row& row) {
  const auto start = if_present(row["clip_start_ms"], integer_of);
  return start ? std::optional(core::Clip{*start, integer_of(row["clip_end_ms"])}) : std::nullopt;
}

std::optional<std::int64_t> start_of(const std::optional<core::Clip>& clip) {
  return clip ? std::optional(clip->start_ms) : std::nullopt;
}

std::optional<std::int64_t> end_of(const std::optional<core::Clip>& clip) {
  return clip ? std::optional(clip->end_ms) : std::nullopt;
}

core::Terms granted_terms(const pqxx::row& row) {
  return {core::audience(text_of(row["audience"])).value(),
          visibility_of(row["visible"]),
          {instant_of(row["starts_at"]), if_present(row["expires_at"], instant_of)},
          tracking_of(row["tracking"])};
}

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
          .granted = granted_terms(row),
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

std::vector<core::Share> shares_from(const pqxx::result& rows, const core::Policy& policy) {
  std::vector<core::Share> found;
  for (const auto& row : rows) {
    if (found.empty() || found.back().id.uuid() != uuid_of(row["share_id"])) {
      found.push_back(share_of(row, policy));
    }
    if (!row["link_id"].is_null()) {
      found.back().links.push_back(link_of(row));
    }
  }
  return found;
}

}  // namespace

constexpr auto kInsert = R"sql(/* share_store.insert */
INSERT INTO share (workspace_id, share_id, recording_uid, title, label, metadata, audience,
                   visible, starts_at, expires_at, tracking, requested_visible,
                   requested_expires_at, requested_tracking, max_views, passcode_hash,
                   clip_start_ms, clip_end_ms, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19))sql";

void insert(Transaction& transaction, const core::WorkspaceId& workspace, const NewShare& share) {
  const core::ShareContent& content = share.content;
  transaction.run(
      kInsert, {workspace, share.id, share.recording_uid, content.title, content.label,
                content.metadata, core::to_text(content.granted.audience),
                visibility_text(content.granted.visibility), content.granted.window.starts_at,
                content.granted.window.expires_at, core::to_text(content.granted.tracking),
                visibility_text(content.requested.visibility), content.requested.window.expires_at,
                core::to_text(content.requested.tracking), content.max_views, share.passcode_hash,
                start_of(content.clip), end_of(content.clip), share.created_by});
}

// One statement for one share and for a page of them, planned for the parameters at hand: the NULL
// ones are gone before PostgreSQL chooses an index.
constexpr auto kRead = R"sql(/* share_store.read */
WITH page AS (
  SELECT share_id, recording_uid, title, label, metadata, audience, visible, starts_at, expires_at,
         tracking, requested_visible, requested_expires_at, requested_tracking, max_views,
         passcode_hash, clip_start_ms, clip_end_ms, created_at, created_by, updated_at,
         disabled_at, revoked_at, version
    FROM share
   WHERE workspace_id = $1
     AND ($2::uuid IS NULL OR share_id = $2)
     AND ($3::uuid IS NULL OR share_id < $3)
     AND ($4::text IS NULL OR recording_uid = (
            SELECT recording_uid FROM recording
             WHERE workspace_id = $1 AND recording_id = $4 AND deleted_at IS NULL))
   ORDER BY share_id DESC
   LIMIT $5
)
SELECT page.share_id, r.recording_id, page.title, page.label, page.metadata, page.audience,
       page.visible, page.starts_at, page.expires_at, page.tracking, page.requested_visible,
       page.requested_expires_at, page.requested_tracking, page.max_views,
       page.passcode_hash IS NOT NULL AS has_passcode, page.clip_start_ms, page.clip_end_ms,
       page.created_at, page.created_by, page.updated_at, page.disabled_at, page.revoked_at,
       page.version, now() AS now,
       l.link_id, l.kid, l.recipient_name, l.recipient_email, l.recipient_key, l.views,
       l.created_at AS link_created_at, l.retires_at, l.replaced_by,
       l.revoked_at AS link_revoked_at, l.version AS link_version
  FROM page
  JOIN recording r ON r.recording_uid = page.recording_uid
  LEFT JOIN link l ON l.share_id = page.share_id
 ORDER BY page.share_id DESC, l.link_id)sql";

std::optional<core::Share> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id) {
  const core::Policy policy = policy_store::find(transaction, workspace).policy;
  auto found = shares_from(transaction.run(kRead, {workspace, id, nullptr, nullptr, 1}), policy);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

core::Page<core::Share> page(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::PageRequest& request,
                             const std::optional<core::RecordingId>& recording) {
  const core::Policy policy = policy_store::find(transaction, workspace).policy;
  // One more than asked for tells whether there is a next page.
  core::Page<core::Share> answer;
  answer.items = shares_from(
      transaction.run(kRead, {workspace, nullptr, request.after, recording, request.size + 1}),
      policy);
  if (answer.items.size() > static_cast<std::size_t>(request.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().id.uuid();
  }
  return answer;
}

constexpr auto kLock = R"sql(/* share_store.lock */
SELECT share_id FROM share WHERE workspace_id = $1 AND share_id = $2 FOR UPDATE)sql";

// Two statements on purpose: the second one's snapshot is taken when the lock is held, so it shows
// what whoever held it before has left.
std::optional<core::Share> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id) {
  if (transaction.run(kLock, {workspace, id}).empty()) {
    return std::nullopt;
  }
  return find(transaction, workspace, id);
}

constexpr auto kRecordingDuration = R"sql(/* share_store.recording_duration */
SELECT r.duration_ms
  FROM share s JOIN recording r ON r.recording_uid = s.recording_uid
 WHERE s.workspace_id = $1 AND s.share_id = $2)sql";

std::optional<std::int64_t> recording_duration(Transaction& transaction,
                                               const core::WorkspaceId& workspace,
                                               const core::ShareId& id) {
  const pqxx::result rows = transaction.run(kRecordingDuration, {workspace, id});
  return rows.empty() ? std::nullopt : if_present(rows[0]["duration_ms"], integer_of);
}

// A passcode that is named, or taken away, ends every viewing session of the share.
constexpr auto kUpdate = R"sql(/* share_store.update */
UPDATE share
   SET title = $4, label = $5, metadata = $6, audience = $7, visible = $8, starts_at = $9,
       expires_at = $10, tracking = $11, requested_visible = $12, requested_expires_at = $13,
       requested_tracking = $14, max_views = $15, clip_start_ms = $16, clip_end_ms = $17,
       passcode_hash = CASE WHEN $18 THEN $19 ELSE passcode_hash END,
       session_epoch = session_epoch + CASE WHEN $18 THEN 1 ELSE 0 END,
       updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool update(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version, const core::ShareContent& content,
            const PasscodeChange& passcode) {
  const pqxx::result rows = transaction.run(
      kUpdate,
      {workspace, id, version, content.title, content.label, content.metadata,
       core::to_text(content.granted.audience), visibility_text(content.granted.visibility),
       content.granted.window.starts_at, content.granted.window.expires_at,
       core::to_text(content.granted.tracking), visibility_text(content.requested.visibility),
       content.requested.window.expires_at, core::to_text(content.requested.tracking),
       content.max_views, start_of(content.clip), end_of(content.clip), passcode.has_value(),
       passcode.value_or(std::nullopt)});
  return rows.affected_rows() == 1;
}

constexpr auto kSetDisabled = R"sql(/* share_store.set_disabled */
UPDATE share SET disabled_at = CASE WHEN $4 THEN now() END, updated_at = now(),
                 version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool set_disabled(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& id, std::int64_t version, bool disabled) {
  return transaction.run(kSetDisabled, {workspace, id, version, disabled}).affected_rows() == 1;
}

constexpr auto kRevoke = R"sql(/* share_store.revoke */
UPDATE share SET revoked_at = now(), updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool revoke(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version) {
  return transaction.run(kRevoke, {workspace, id, version}).affected_rows() == 1;
}

}  // namespace vitrine::store::share_store

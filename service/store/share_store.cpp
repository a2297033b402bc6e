#include "service/store/share_store.hpp"

#include <chrono>

#include "service/store/policy_store.hpp"
#include "service/store/session.hpp"
#include "service/store/share_columns.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store::share_store {
namespace {

std::optional<std::int64_t> start_of(const std::optional<core::Clip>& clip) {
  return clip ? std::optional(clip->start_ms) : std::nullopt;
}

std::optional<std::int64_t> end_of(const std::optional<core::Clip>& clip) {
  return clip ? std::optional(clip->end_ms) : std::nullopt;
}

std::optional<std::int64_t> seconds_of(const std::optional<std::chrono::seconds>& span) {
  return span ? std::optional<std::int64_t>(span->count()) : std::nullopt;
}

}  // namespace

constexpr auto kInsert = R"sql(/* share_store.insert */
INSERT INTO share (workspace_id, share_id, recording_uid, title, label, metadata, audience,
                   visible, starts_at, expires_at, tracking, requested_visible,
                   requested_expires_at, requested_tracking, max_views, passcode_hash,
                   clip_start_ms, clip_end_ms, created_by, sender_name, sender_email,
                   sender_time_zone, notify_on_open, remind_before_seconds)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24))sql";

void insert(Transaction& transaction, const core::WorkspaceId& workspace, const NewShare& share) {
  const core::ShareContent& content = share.content;
  transaction.run_prepared("share_store.insert", kInsert,
                           {workspace,
                            share.id,
                            share.recording_uid,
                            content.title,
                            content.label,
                            content.metadata,
                            core::to_text(content.granted.audience),
                            visibility_text(content.granted.visibility),
                            content.granted.window.starts_at,
                            content.granted.window.expires_at,
                            core::to_text(content.granted.tracking),
                            visibility_text(content.requested.visibility),
                            content.requested.window.expires_at,
                            core::to_text(content.requested.tracking),
                            content.max_views,
                            share.passcode_hash,
                            start_of(content.clip),
                            end_of(content.clip),
                            share.created_by,
                            content.correspondence.sender.name,
                            content.correspondence.sender.email,
                            content.correspondence.sender.time_zone,
                            content.correspondence.notify_on_open,
                            seconds_of(content.correspondence.remind_before)});
}

constexpr auto kRead = R"sql(/* share_store.read */
WITH page AS (SELECT share_id FROM share WHERE workspace_id = $1 AND share_id = $2))sql";

std::optional<core::Share> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id) {
  const core::Policy policy = policy_store::find(transaction, workspace).policy;
  static const std::string sql =
      std::string(kRead) + shares_of_page(kLinksOfShare) + "\n ORDER BY l.link_id";
  const pqxx::result rows =
      transaction.run_prepared("share_store.read", sql.c_str(), {workspace, id});
  auto found = shares_from(transaction, workspace, rows, policy);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

constexpr auto kLock = R"sql(/* share_store.lock */
SELECT share_id FROM share WHERE workspace_id = $1 AND share_id = $2 FOR UPDATE)sql";

// Two statements on purpose: the second one's snapshot is taken when the lock is held, so it shows
// what whoever held it before has left.
std::optional<core::Share> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id) {
  if (transaction.run_prepared("share_store.lock", kLock, {workspace, id}).empty()) {
    return std::nullopt;
  }
  return find(transaction, workspace, id);
}

constexpr auto kRecordingFacts = R"sql(/* share_store.recording_facts */
SELECT r.duration_ms, r.owner_email IS NOT NULL AS owner_has_email
  FROM share s JOIN recording r ON r.recording_uid = s.recording_uid
 WHERE s.workspace_id = $1 AND s.share_id = $2)sql";

core::RecordingFacts recording_facts(Transaction& transaction, const core::WorkspaceId& workspace,
                                     const core::ShareId& id) {
  const pqxx::result rows = transaction.run(kRecordingFacts, {workspace, id});
  if (rows.empty()) {
    return {};
  }
  return {if_present(rows[0]["duration_ms"], integer_of), flag_of(rows[0]["owner_has_email"])};
}

// A passcode that is named, or taken away, ends every viewing session of the share.
constexpr auto kUpdate = R"sql(/* share_store.update */
UPDATE share
   SET title = $4, label = $5, metadata = $6, audience = $7, visible = $8, starts_at = $9,
       expires_at = $10, tracking = $11, requested_visible = $12, requested_expires_at = $13,
       requested_tracking = $14, max_views = $15, clip_start_ms = $16, clip_end_ms = $17,
       passcode_hash = CASE WHEN $18 THEN $19 ELSE passcode_hash END,
       session_epoch = session_epoch + CASE WHEN $18 THEN 1 ELSE 0 END,
       sender_name = $20, sender_email = $21, sender_time_zone = $22, notify_on_open = $23,
       remind_before_seconds = $24,
       updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool update(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version, const core::ShareContent& content,
            const PasscodeChange& passcode) {
  const pqxx::result rows =
      transaction.run(kUpdate, {workspace,
                                id,
                                version,
                                content.title,
                                content.label,
                                content.metadata,
                                core::to_text(content.granted.audience),
                                visibility_text(content.granted.visibility),
                                content.granted.window.starts_at,
                                content.granted.window.expires_at,
                                core::to_text(content.granted.tracking),
                                visibility_text(content.requested.visibility),
                                content.requested.window.expires_at,
                                core::to_text(content.requested.tracking),
                                content.max_views,
                                start_of(content.clip),
                                end_of(content.clip),
                                passcode.has_value(),
                                passcode.value_or(std::nullopt),
                                content.correspondence.sender.name,
                                content.correspondence.sender.email,
                                content.correspondence.sender.time_zone,
                                content.correspondence.notify_on_open,
                                seconds_of(content.correspondence.remind_before)});
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

#include "service/store/due_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::due_store {

// What was granted is within the policy of this moment, so the share's own end is the one in force.
constexpr auto kPlanNew = R"sql(/* due_store.plan_new */
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT s.share_id, wanted.kind, s.workspace_id, wanted.due_at
  FROM share s
 CROSS JOIN LATERAL (VALUES
         ('start', s.starts_at),
         ('expire', coalesce(s.expires_at, 'infinity')),
         ('remind', s.expires_at - make_interval(secs => s.remind_before_seconds))
       ) AS wanted (kind, due_at)
 WHERE s.workspace_id = $1 AND s.share_id = $2 AND wanted.due_at > now())sql";

void plan_new(Transaction& transaction, const core::WorkspaceId& workspace,
              const core::ShareId& share) {
  transaction.run_prepared("due_store.plan_new", kPlanNew, {workspace, share});
}

// A share that has not expired has a row for it, so a missing one says that its end was told
// already. That row moves even to an instant that has passed; it is made again only for an end that
// lies ahead. The same holds for the start.
constexpr auto kPlanShares = R"sql(/* due_store.plan_shares */
WITH ends AS (
  SELECT s.share_id, s.starts_at, s.revoked_at, s.remind_before_seconds, p.retention_days,
         coalesce(share_end(s.starts_at, s.expires_at, p.max_ttl_seconds), 'infinity') AS ends_at
    FROM share s JOIN policy p ON p.workspace_id = s.workspace_id
   WHERE s.workspace_id = $1 AND s.share_id = ANY ($2::uuid[])
), planned AS (
  SELECT d.subject, d.kind
    FROM due d
   WHERE d.subject = ANY ($2::uuid[]) AND d.kind IN ('start', 'remind', 'expire', 'forget')
), wanted AS (
  SELECT share_id, 'start' AS kind, starts_at AS due_at
    FROM ends
   WHERE revoked_at IS NULL
     AND (starts_at > now() OR (share_id, 'start') IN (SELECT subject, kind FROM planned))
   UNION ALL
  SELECT share_id, 'expire', ends_at
    FROM ends
   WHERE revoked_at IS NULL
     AND (ends_at > now() OR (share_id, 'expire') IN (SELECT subject, kind FROM planned))
   UNION ALL
  SELECT share_id, 'remind', ends_at - make_interval(secs => remind_before_seconds)
    FROM ends
   WHERE revoked_at IS NULL AND ends_at <> 'infinity'
     AND ends_at - make_interval(secs => remind_before_seconds) > now()
   UNION ALL
  SELECT share_id, 'forget',
         coalesce(revoked_at, ends_at) + make_interval(days => retention_days)
    FROM ends
   WHERE retention_days IS NOT NULL AND (revoked_at IS NOT NULL OR ends_at <= now())
), dropped AS (
  DELETE FROM due d
   USING planned p
   WHERE d.subject = p.subject AND d.kind = p.kind
     AND (p.subject, p.kind) NOT IN (SELECT share_id, kind FROM wanted)
)
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT share_id, kind, $1, due_at FROM wanted
    ON CONFLICT (subject, kind) DO UPDATE SET due_at = excluded.due_at
       WHERE due.due_at <> excluded.due_at)sql";

void plan_shares(Transaction& transaction, const core::WorkspaceId& workspace,
                 const std::vector<core::ShareId>& shares) {
  transaction.run(kPlanShares, {workspace, ids_text(shares)});
}

constexpr auto kPlanLink = R"sql(/* due_store.plan_link */
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT link_id, 'retire', workspace_id, retires_at
  FROM link
 WHERE workspace_id = $1 AND link_id = $2 AND retires_at > now()
    ON CONFLICT (subject, kind) DO UPDATE SET due_at = excluded.due_at)sql";

void plan_link(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::LinkId& link) {
  transaction.run(kPlanLink, {workspace, link});
}

constexpr auto kPlanRecording = R"sql(/* due_store.plan_recording */
WITH wanted AS (
  SELECT recording_uid, expires_at
    FROM recording
   WHERE workspace_id = $1 AND recording_uid = $2 AND deleted_at IS NULL
     AND (expires_at > now()
          OR EXISTS (SELECT subject FROM due WHERE subject = $2 AND kind = 'gone'))
     AND expires_at IS NOT NULL
), dropped AS (
  DELETE FROM due
   WHERE workspace_id = $1 AND subject = $2 AND kind = 'gone'
     AND NOT EXISTS (SELECT recording_uid FROM wanted)
)
INSERT INTO due (subject, kind, workspace_id, due_at)
SELECT recording_uid, 'gone', $1, expires_at FROM wanted
    ON CONFLICT (subject, kind) DO UPDATE SET due_at = excluded.due_at
       WHERE due.due_at <> excluded.due_at)sql";

void plan_recording(Transaction& transaction, const core::WorkspaceId& workspace,
                    const core::Uuid& recording) {
  transaction.run(kPlanRecording, {workspace, recording});
}

// A transaction that goes by the old policy has ended before the second walk begins.
constexpr auto kPlanWorkspace = R"sql(/* due_store.plan_workspace */
INSERT INTO rescheduling (workspace_id) VALUES ($1)
    ON CONFLICT (workspace_id)
    DO UPDATE SET walk_from = NULL, walks_left = 2, not_before = now())sql";

void plan_workspace(Transaction& transaction, const core::WorkspaceId& workspace) {
  transaction.run(kPlanWorkspace, {workspace});
}

}  // namespace vitrine::store::due_store

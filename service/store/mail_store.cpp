#include "service/store/mail_store.hpp"

#include "service/store/link_columns.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::mail_store {

constexpr auto kQueueOpened = R"sql(/* mail_store.queue_opened */
INSERT INTO mail (workspace_id, share_id, link_id, kind, viewer_time_zone)
SELECT s.workspace_id, s.share_id, $3, 'opened', $4
  FROM share s
  JOIN recording r ON r.recording_uid = s.recording_uid
 WHERE s.workspace_id = $1 AND s.share_id = $2 AND s.notify_on_open
   AND coalesce(s.sender_email, r.owner_email) IS NOT NULL)sql";

void queue_opened(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& share, const core::LinkId& link,
                  const std::optional<std::string>& viewer_time_zone) {
  transaction.run(kQueueOpened, {workspace, share, link, viewer_time_zone});
}

constexpr auto kQueueShared = R"sql(/* mail_store.queue_shared */
WITH chosen AS (
  SELECT l.link_id, m.mail_id, m.state
    FROM link l
    LEFT JOIN LATERAL (
         SELECT mail_id, state, attempts
           FROM mail
          WHERE mail.link_id = l.link_id AND mail.kind = 'shared'
          ORDER BY mail_id DESC
          LIMIT 1) m ON true
   WHERE l.workspace_id = $1 AND l.share_id = $2 AND l.link_id = ANY ($3::uuid[])
     AND (m.state IS NULL OR m.state IN ('refused', 'cancelled')
          OR $4 AND m.state IN ('sent', 'deferred'))
), given_way AS (
  UPDATE mail
     SET state = 'cancelled', reason = 'A later mail took its place.', next_attempt_at = NULL,
         updated_at = now()
    FROM chosen
   WHERE mail.mail_id = chosen.mail_id AND chosen.state = 'deferred'
)
INSERT INTO mail (workspace_id, share_id, link_id, kind)
SELECT $1, $2, link_id, 'shared' FROM chosen ORDER BY link_id)sql";

void queue_shared(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& share, const std::vector<core::LinkId>& links, bool again) {
  transaction.run(kQueueShared, {workspace, share, ids_text(links), again});
}

std::vector<OfLink> statuses(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::ShareId& share, const std::vector<core::LinkId>& links) {
  static const std::string kStatuses = std::string("/* mail_store.statuses */\nSELECT l.link_id, ")
                                           .append(kEmailColumns)
                                           .append("\n  FROM link l")
                                           .append(kEmailOfLink)
                                           .append(R"sql(
 WHERE l.workspace_id = $1 AND l.share_id = $2 AND l.link_id = ANY ($3::uuid[])
 ORDER BY l.link_id)sql");
  std::vector<OfLink> found;
  for (const auto& row : transaction.run(kStatuses.c_str(), {workspace, share, ids_text(links)})) {
    found.push_back({core::LinkId(uuid_of(row["link_id"])), mail_status_of(row)});
  }
  return found;
}

constexpr auto kForgetShared = R"sql(/* mail_store.forget_shared */
DELETE FROM mail WHERE workspace_id = $1 AND link_id = $2 AND kind = 'shared')sql";

void forget_shared(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::LinkId& link) {
  transaction.run(kForgetShared, {workspace, link});
}

// Walks from workspace to workspace by the index, and looks at no more of each than could be taken:
// what one of them has waiting costs the others nothing.
constexpr auto kLease = R"sql(/* mail_store.lease */
WITH RECURSIVE waiting AS (
  (SELECT workspace_id FROM mail
    WHERE next_attempt_at IS NOT NULL ORDER BY workspace_id LIMIT 1)
   UNION ALL
  SELECT (SELECT mail.workspace_id FROM mail
           WHERE next_attempt_at IS NOT NULL AND mail.workspace_id > waiting.workspace_id
           ORDER BY mail.workspace_id LIMIT 1)
    FROM waiting
   WHERE waiting.workspace_id IS NOT NULL
), ranked AS (
  SELECT due.mail_id, row_number() OVER (PARTITION BY workspace_id ORDER BY next_attempt_at) AS turn
    FROM waiting
   CROSS JOIN LATERAL (
         SELECT mail_id, next_attempt_at
           FROM mail
          WHERE mail.workspace_id = waiting.workspace_id AND next_attempt_at <= now()
          ORDER BY next_attempt_at
          LIMIT $1) due
), taken AS (
  SELECT mail.mail_id
    FROM mail JOIN ranked ON ranked.mail_id = mail.mail_id
   WHERE mail.next_attempt_at <= now()
   ORDER BY ranked.turn, random()
   LIMIT $1
     FOR UPDATE OF mail SKIP LOCKED
)
UPDATE mail SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
  FROM taken
 WHERE mail.mail_id = taken.mail_id
RETURNING mail.mail_id, mail.workspace_id, mail.attempts)sql";

std::vector<Leased> lease(Transaction& transaction, int limit, std::chrono::seconds lease) {
  std::vector<Leased> taken;
  for (const auto& row : transaction.run(kLease, {limit, lease.count()})) {
    taken.push_back({core::MailId(uuid_of(row["mail_id"])),
                     core::WorkspaceId(uuid_of(row["workspace_id"])),
                     static_cast<int>(integer_of(row["attempts"]))});
  }
  return taken;
}

constexpr auto kFinish = R"sql(/* mail_store.finish */
UPDATE mail SET state = $4, reason = $5, updated_at = now(),
                next_attempt_at = now() + $6::bigint * interval '1 millisecond'
 WHERE workspace_id = $1 AND mail_id = $2 AND attempts = $3 AND state IN ('queued', 'deferred')
)sql";

void finish(Transaction& transaction, const Leased& mail, core::MailState state,
            const std::optional<std::string>& reason,
            const std::optional<std::chrono::milliseconds>& next) {
  transaction.run(kFinish, {mail.workspace, mail.id, mail.attempts, core::to_text(state), reason,
                            next ? Parameter(next->count()) : Parameter(nullptr)});
}

constexpr auto kGiveBack = R"sql(/* mail_store.give_back */
UPDATE mail SET attempts = attempts - 1, next_attempt_at = now()
 WHERE workspace_id = $1 AND mail_id = $2 AND attempts = $3 AND state IN ('queued', 'deferred')
)sql";

void give_back(Transaction& transaction, const Leased& mail) {
  transaction.run(kGiveBack, {mail.workspace, mail.id, mail.attempts});
}

constexpr auto kPurge = R"sql(/* mail_store.purge */
DELETE FROM mail
 WHERE mail_id IN (SELECT mail_id FROM mail
                    WHERE next_attempt_at IS NULL AND updated_at < now() - make_interval(days => $1)
                    ORDER BY updated_at LIMIT $2
                      FOR UPDATE SKIP LOCKED))sql";

std::int64_t purge(Transaction& transaction, std::chrono::days age, int limit) {
  return static_cast<std::int64_t>(transaction.run(kPurge, {age.count(), limit}).affected_rows());
}

constexpr auto kBacklog = R"sql(/* mail_store.backlog */
SELECT count(next_attempt_at) AS due,
       coalesce(round(extract(epoch FROM now() - min(next_attempt_at)) * 1000), 0)::bigint AS lag_ms
  FROM (SELECT next_attempt_at FROM mail WHERE next_attempt_at <= now() LIMIT 100000) AS waiting
)sql";

Backlog backlog(Transaction& transaction) {
  const pqxx::result rows = transaction.run(kBacklog);
  return {integer_of(rows[0]["due"]), std::chrono::milliseconds(integer_of(rows[0]["lag_ms"]))};
}

}  // namespace vitrine::store::mail_store

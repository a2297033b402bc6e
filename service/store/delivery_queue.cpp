#include "service/store/delivery_queue.hpp"

#include "service/store/event_row.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::delivery_queue {
namespace {

Leased leased_of(const pqxx::row& row) {
  const bool kept = !row["type"].is_null();
  return {.id = core::DeliveryId(uuid_of(row["delivery_id"])),
          .endpoint = core::WebhookId(uuid_of(row["endpoint_id"])),
          .workspace = core::WorkspaceId(uuid_of(row["workspace_id"])),
          .attempt = static_cast<int>(integer_of(row["attempts"])),
          .test = flag_of(row["test"]),
          .event_id = core::EventId(uuid_of(row["event_id"])),
          .event = kept ? std::optional(event_of(row)) : std::nullopt,
          .created_at = instant_of(row["created_at"]),
          .url = text_of(row["url"]),
          .signature = core::webhook_signature(text_of(row["signature"])).value(),
          .sealed_keys = text_of(row["sealed_secret"]),
          .previous_sealed_keys = if_present(row["previous_secret"], text_of)};
}

}  // namespace

// A loose index scan (wiki.postgresql.org/wiki/Loose_indexscan): from one endpoint's entries in
// delivery_due straight to the next one's.
constexpr auto kEndpoints = R"sql(/* delivery_queue.endpoints */
WITH RECURSIVE waiting AS (
  (SELECT webhook_id FROM delivery
    WHERE state = 'pending' AND ($1::uuid IS NULL OR webhook_id > $1)
    ORDER BY webhook_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.webhook_id FROM delivery d
           WHERE d.state = 'pending' AND d.webhook_id > w.webhook_id
           ORDER BY d.webhook_id LIMIT 1)
    FROM waiting w
   WHERE w.webhook_id IS NOT NULL
)
SELECT h.webhook_id, h.disabled_at IS NOT NULL AS disabled, h.failing_since IS NOT NULL AS failing,
       coalesce((SELECT d.next_attempt_at <= now() FROM delivery d
                  WHERE d.webhook_id = h.webhook_id AND d.state = 'pending'
                  ORDER BY d.next_attempt_at LIMIT 1), false) AS due
  FROM (SELECT webhook_id FROM waiting WHERE webhook_id IS NOT NULL LIMIT $2) AS found
  JOIN webhook h ON h.webhook_id = found.webhook_id
 ORDER BY h.webhook_id)sql";

std::vector<Endpoint> endpoints(Transaction& transaction,
                                const std::optional<core::WebhookId>& after, int limit) {
  std::vector<Endpoint> found;
  for (const auto& row : transaction.run(kEndpoints, {after, limit})) {
    found.push_back({core::WebhookId(uuid_of(row["webhook_id"])), flag_of(row["disabled"]),
                     flag_of(row["failing"]), flag_of(row["due"])});
  }
  return found;
}

// The ids go through an array: how many a quota gives is beyond the planner, which would read the
// whole table rather than so many rows by their key. An event of a type that only a newer program
// knows is left to it.
constexpr auto kLease = R"sql(/* delivery_queue.lease */
WITH due AS (
  SELECT d.delivery_id
    FROM unnest($1::uuid[], $2::integer[]) AS quota (webhook_id, deliveries)
   CROSS JOIN LATERAL (
         SELECT delivery_id FROM delivery
          WHERE webhook_id = quota.webhook_id AND state = 'pending' AND next_attempt_at <= now()
            AND coalesce((SELECT e.type = ANY ($4::text[]) FROM event e
                           WHERE e.event_id = delivery.event_id), true)
          ORDER BY next_attempt_at
          LIMIT quota.deliveries
            FOR UPDATE SKIP LOCKED) AS d
), taken AS (
  UPDATE delivery d
     SET attempts = d.attempts + 1, next_attempt_at = now() + make_interval(secs => $3)
   WHERE d.delivery_id = ANY (ARRAY(SELECT delivery_id FROM due))
  RETURNING d.delivery_id, d.webhook_id AS endpoint_id, d.workspace_id, d.attempts, d.test,
            d.event_id, d.created_at
)
SELECT t.delivery_id, t.endpoint_id, t.workspace_id, t.attempts, t.test, t.event_id, t.created_at,
       w.url, w.signature, w.sealed_secret,
       CASE WHEN w.previous_until > now() THEN w.previous_secret END AS previous_secret,
       e.type, e.occurred_at, e.recording_id, e.share_id, e.link_id, e.comment_id, e.key_id,
       e.webhook_id, e.reason
  FROM taken t
  JOIN webhook w ON w.webhook_id = t.endpoint_id AND w.disabled_at IS NULL
  LEFT JOIN event e ON e.event_id = t.event_id
 ORDER BY t.created_at, t.delivery_id)sql";

std::vector<Leased> lease(Transaction& transaction, const std::vector<Quota>& quotas,
                          std::chrono::seconds lease) {
  std::vector<std::optional<std::string>> endpoints, deliveries;
  for (const Quota& quota : quotas) {
    endpoints.emplace_back(quota.endpoint.uuid().text());
    deliveries.emplace_back(std::to_string(quota.deliveries));
  }
  std::vector<Leased> taken;
  for (const auto& row : transaction.run(kLease, {array_text(endpoints), array_text(deliveries),
                                                  lease.count(), known_types_text()})) {
    taken.push_back(leased_of(row));
  }
  return taken;
}

constexpr auto kSettle = R"sql(/* delivery_queue.settle */
WITH settled AS (
  UPDATE delivery
     SET state = $3,
         next_attempt_at = CASE WHEN $3 = 'pending'
                                THEN now() + make_interval(secs => $4::bigint / 1000.0) END,
         finished_at = CASE WHEN $3 <> 'pending' THEN now() END
   WHERE delivery_id = $1 AND attempts = $2 AND state = 'pending'
  RETURNING delivery_id
), told AS (
  INSERT INTO delivery_attempt (delivery_id, attempt, started_at, took_ms, status, error, response)
  SELECT delivery_id, $2, $5, $6, $7, $8, $9 FROM settled WHERE $5::timestamptz IS NOT NULL
)
SELECT delivery_id FROM settled)sql";

bool settle(Transaction& transaction, const core::DeliveryId& delivery, int attempt,
            const Outcome& outcome) {
  const core::DeliveryAttempt tried = outcome.attempt.value_or(core::DeliveryAttempt{});
  const auto at = outcome.attempt ? std::optional(tried.at) : std::nullopt;
  return !transaction
              .run_prepared(
                  "delivery_queue.settle", kSettle,
                  {delivery, attempt, core::to_text(outcome.state), outcome.next_in.count(), at,
                   tried.took_ms, tried.status, tried.error, tried.response})
              .empty();
}

constexpr auto kGiveBack = R"sql(/* delivery_queue.give_back */
UPDATE delivery SET attempts = attempts - 1, next_attempt_at = now()
 WHERE delivery_id = $1 AND attempts = $2 AND state = 'pending')sql";

void give_back(Transaction& transaction, const core::DeliveryId& delivery, int attempt) {
  transaction.run(kGiveBack, {delivery, attempt});
}

constexpr auto kGiveUp = R"sql(/* delivery_queue.give_up */
UPDATE delivery SET state = 'failed', next_attempt_at = NULL, finished_at = now()
 WHERE delivery_id IN (SELECT d.delivery_id
                         FROM delivery d
                         JOIN webhook w ON w.webhook_id = d.webhook_id
                        WHERE d.webhook_id = $1 AND d.state = 'pending'
                          AND w.disabled_at IS NOT NULL
                        LIMIT $2
                          FOR UPDATE OF d SKIP LOCKED))sql";

std::int64_t give_up(Transaction& transaction, const core::WebhookId& endpoint, int limit) {
  return static_cast<std::int64_t>(transaction.run(kGiveUp, {endpoint, limit}).affected_rows());
}

// A thousand endpoints that have something due are enough to tell how late we are.
constexpr auto kBacklog = R"sql(/* delivery_queue.backlog */
WITH RECURSIVE waiting AS (
  (SELECT webhook_id FROM delivery WHERE state = 'pending' ORDER BY webhook_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.webhook_id FROM delivery d
           WHERE d.state = 'pending' AND d.webhook_id > w.webhook_id
           ORDER BY d.webhook_id LIMIT 1)
    FROM waiting w
   WHERE w.webhook_id IS NOT NULL
), oldest AS (
  SELECT (SELECT d.next_attempt_at FROM delivery d
           WHERE d.webhook_id = found.webhook_id AND d.state = 'pending'
           ORDER BY d.next_attempt_at LIMIT 1) AS due_at
    FROM (SELECT webhook_id FROM waiting WHERE webhook_id IS NOT NULL LIMIT 1000) AS found
)
SELECT (SELECT count(delivery_id)
          FROM (SELECT delivery_id FROM delivery
                 WHERE state = 'pending' AND next_attempt_at <= now() LIMIT 100000) AS due)
         AS deliveries,
       (SELECT greatest(0, coalesce(round(extract(epoch FROM now() - min(due_at)) * 1000),
                                    0))::bigint
          FROM oldest) AS age_ms)sql";

Backlog backlog(Transaction& transaction) {
  const pqxx::result rows = transaction.run(kBacklog);
  return {integer_of(rows[0]["deliveries"]),
          std::chrono::milliseconds(integer_of(rows[0]["age_ms"]))};
}

}  // namespace vitrine::store::delivery_queue

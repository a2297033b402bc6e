#include "service/store/delivery_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::delivery_store {
namespace {

int small_integer_of(const pqxx::field& field) { return static_cast<int>(integer_of(field)); }

std::optional<core::EventType> type_of(const pqxx::row& row) {
  if (flag_of(row["test"])) {
    return core::EventType::webhook_test;
  }
  const auto text = if_present(row["type"], text_of);
  return text ? core::event_type(*text) : std::nullopt;
}

core::Delivery delivery_of(const pqxx::row& row) {
  return {.id = core::DeliveryId(uuid_of(row["delivery_id"])),
          .event = core::EventId(uuid_of(row["event_id"])),
          .type = type_of(row),
          .state = core::delivery_state(text_of(row["state"])).value(),
          .next_attempt_at = if_present(row["next_attempt_at"], instant_of),
          .created_at = instant_of(row["created_at"]),
          .finished_at = if_present(row["finished_at"], instant_of),
          .attempts = {}};
}

core::DeliveryAttempt attempt_of(const pqxx::row& row) {
  return {.attempt = small_integer_of(row["attempt"]),
          .at = instant_of(row["started_at"]),
          .took_ms = integer_of(row["took_ms"]),
          .status = if_present(row["status"], small_integer_of),
          .error = if_present(row["error"], text_of),
          .response = if_present(row["response"], text_of)};
}

// The rows of a delivery follow each other, one for each attempt.
std::vector<core::Delivery> deliveries_of(const pqxx::result& rows) {
  std::vector<core::Delivery> deliveries;
  for (const auto& row : rows) {
    if (row["delivery_id"].is_null()) {
      continue;
    }
    if (deliveries.empty() || deliveries.back().id.uuid() != uuid_of(row["delivery_id"])) {
      deliveries.push_back(delivery_of(row));
    }
    if (!row["attempt"].is_null()) {
      deliveries.back().attempts.push_back(attempt_of(row));
    }
  }
  return deliveries;
}

// The least id of version 7 that can have been made at that time: ids of events are made after what
// they tell of.
core::Uuid first_id_of(core::Instant time) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  core::Uuid id = core::Uuid::v7(ms.count(), {});
  return id;
}

}  // namespace

// One row without a delivery tells a webhook that has none from no webhook.
constexpr auto kPage = R"sql(/* delivery_store.page */
SELECT d.delivery_id, d.event_id, d.test, d.state, d.next_attempt_at, d.created_at, d.finished_at,
       e.type, a.attempt, a.started_at, a.took_ms, a.status, a.error, a.response
  FROM webhook w
  LEFT JOIN LATERAL (
       SELECT delivery_id, event_id, test, state, next_attempt_at, created_at, finished_at
         FROM delivery
        WHERE webhook_id = w.webhook_id AND ($3::text IS NULL OR state = $3)
          AND ($4::uuid IS NULL OR delivery_id < $4)
        ORDER BY delivery_id DESC
        LIMIT $5) d ON true
  LEFT JOIN event e ON e.event_id = d.event_id
  LEFT JOIN delivery_attempt a ON a.delivery_id = d.delivery_id
 WHERE w.workspace_id = $1 AND w.webhook_id = $2 AND w.deleted_at IS NULL
 ORDER BY d.delivery_id DESC, a.attempt)sql";

std::optional<core::Page<core::Delivery>> page(Transaction& transaction,
                                               const core::WorkspaceId& workspace,
                                               const core::WebhookId& webhook,
                                               std::optional<core::DeliveryState> state,
                                               const core::PageRequest& request) {
  const auto wanted = state ? std::optional(std::string(core::to_text(*state))) : std::nullopt;
  const pqxx::result rows =
      transaction.run(kPage, {workspace, webhook, wanted, request.after, request.size + 1});
  if (rows.empty()) {
    return std::nullopt;
  }
  core::Page<core::Delivery> answer{deliveries_of(rows), std::nullopt};
  if (answer.items.size() > static_cast<std::size_t>(request.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().id.uuid();
  }
  return answer;
}

constexpr auto kFind = R"sql(/* delivery_store.find */
SELECT d.delivery_id, d.event_id, d.test, d.state, d.next_attempt_at, d.created_at, d.finished_at,
       e.type, a.attempt, a.started_at, a.took_ms, a.status, a.error, a.response
  FROM delivery d
  LEFT JOIN event e ON e.event_id = d.event_id
  LEFT JOIN delivery_attempt a ON a.delivery_id = d.delivery_id
 WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND d.delivery_id = $3
 ORDER BY a.attempt)sql";

std::optional<core::Delivery> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                   const core::WebhookId& webhook,
                                   const core::DeliveryId& delivery) {
  auto found = deliveries_of(transaction.run(kFind, {workspace, webhook, delivery}));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

constexpr auto kInsertTest = R"sql(/* delivery_store.insert_test */
INSERT INTO delivery (workspace_id, webhook_id, delivery_id, event_id, test)
VALUES ($1, $2, $3, $4, true))sql";

void insert_test(Transaction& transaction, const core::WorkspaceId& workspace,
                 const core::WebhookId& webhook, const core::DeliveryId& delivery,
                 const core::EventId& event) {
  transaction.run(kInsertTest, {workspace, webhook, delivery, event});
}

constexpr auto kRepeat = R"sql(/* delivery_store.repeat */
INSERT INTO delivery (workspace_id, webhook_id, event_id)
SELECT workspace_id, $2, event_id FROM event WHERE workspace_id = $1 AND event_id = $3)sql";

bool repeat(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::WebhookId& webhook, const core::EventId& event) {
  return transaction.run(kRepeat, {workspace, webhook, event}).affected_rows() == 1;
}

// The bound on the id says what that on the time says, and has an index.
constexpr auto kRepeatSince = R"sql(/* delivery_store.repeat_since */
WITH wanted AS (
  SELECT e.event_id, e.occurred_at, e.position
    FROM event e
    JOIN webhook w ON w.workspace_id = e.workspace_id
   WHERE e.workspace_id = $1 AND w.webhook_id = $2 AND e.occurred_at >= $3 AND e.event_id >= $4
     AND (w.event_types IS NULL OR e.type = ANY (w.event_types))
     AND NOT EXISTS (SELECT d.delivery_id FROM delivery d
                      WHERE d.webhook_id = $2 AND d.event_id = e.event_id AND d.state = 'pending')
   ORDER BY e.occurred_at, e.position
   LIMIT $5::bigint + 1
), taken AS (
  SELECT event_id FROM wanted ORDER BY occurred_at, position LIMIT $5
), added AS (
  INSERT INTO delivery (workspace_id, webhook_id, event_id)
  SELECT $1, $2, event_id FROM taken
  RETURNING delivery_id
)
SELECT (SELECT count(delivery_id) FROM added) AS added,
       (SELECT occurred_at FROM wanted ORDER BY occurred_at, position
        OFFSET $5 LIMIT 1) AS more_since)sql";

Repeated repeat_since(Transaction& transaction, const core::WorkspaceId& workspace,
                      const core::WebhookId& webhook, core::Instant since, int limit) {
  const pqxx::result rows =
      transaction.run(kRepeatSince, {workspace, webhook, since, first_id_of(since), limit});
  return {integer_of(rows[0]["added"]), if_present(rows[0]["more_since"], instant_of)};
}

constexpr auto kPurge = R"sql(/* delivery_store.purge */
DELETE FROM delivery
 WHERE delivery_id IN (SELECT delivery_id FROM delivery
                        WHERE finished_at < now() - make_interval(days => $1)
                        ORDER BY finished_at
                        LIMIT $2
                          FOR UPDATE SKIP LOCKED))sql";

std::int64_t purge(Transaction& transaction, std::chrono::days age, int limit) {
  return static_cast<std::int64_t>(transaction.run(kPurge, {age.count(), limit}).affected_rows());
}

}  // namespace vitrine::store::delivery_store

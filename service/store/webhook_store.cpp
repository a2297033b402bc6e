#include "service/store/webhook_store.hpp"

#include "service/store/event_row.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::webhook_store {
namespace {

// A type that this program does not know, written by a newer one, is left out.
std::vector<core::EventType> types_of(const pqxx::field& field) {
  std::vector<core::EventType> types;
  for (const std::string& text : texts_of(field)) {
    if (const auto type = core::event_type(text)) {
      types.push_back(*type);
    }
  }
  return types;
}

std::optional<std::string> wanted_text(const std::optional<std::vector<core::EventType>>& types) {
  return types ? std::optional(types_text(*types)) : std::nullopt;
}

core::DisabledReason reason_of(const pqxx::field& field) {
  return core::disabled_reason(text_of(field)).value();
}

Row row_of(const pqxx::row& row) {
  return {{.id = core::WebhookId(uuid_of(row["webhook_id"])),
           .url = text_of(row["url"]),
           .description = if_present(row["description"], text_of),
           .event_types = if_present(row["event_types"], types_of),
           .signature = core::webhook_signature(text_of(row["signature"])).value(),
           .disabled = if_present(row["disabled_reason"], reason_of),
           .disabled_at = if_present(row["disabled_at"], instant_of),
           .failing_since = if_present(row["failing_since"], instant_of),
           .previous_until = if_present(row["previous_until"], instant_of),
           .created_at = instant_of(row["created_at"]),
           .updated_at = instant_of(row["updated_at"]),
           .version = integer_of(row["version"])},
          text_of(row["sealed_secret"])};
}

std::optional<Row> first_of(const pqxx::result& rows) {
  return rows.empty() ? std::nullopt : std::optional(row_of(rows[0]));
}

std::optional<core::WorkspaceId> workspace_of(const pqxx::result& rows) {
  return rows.empty() ? std::nullopt
                      : std::optional(core::WorkspaceId(uuid_of(rows[0]["workspace_id"])));
}

std::optional<std::string> text_of_reason(const std::optional<core::DisabledReason>& reason) {
  return reason ? std::optional(std::string(core::to_text(*reason))) : std::nullopt;
}

}  // namespace

// No stronger than needed: rows that refer to the workspace are still written beside it.
constexpr auto kLockWorkspace = R"sql(/* webhook_store.lock_workspace */
SELECT workspace_id FROM workspace WHERE workspace_id = $1 FOR NO KEY UPDATE)sql";

void lock_workspace(Transaction& transaction, const core::WorkspaceId& workspace) {
  transaction.run(kLockWorkspace, {workspace});
}

constexpr auto kInsert = R"sql(/* webhook_store.insert */
INSERT INTO webhook (workspace_id, webhook_id, url, description, event_types, signature,
                     sealed_secret, disabled_at, disabled_reason)
SELECT $1, $2, $3, $4, $5, $6, $7, CASE WHEN $8::text IS NOT NULL THEN now() END, $8
 WHERE $9 > (SELECT count(webhook_id) FROM webhook
              WHERE workspace_id = $1 AND deleted_at IS NULL))sql";

bool insert(Transaction& transaction, const core::WorkspaceId& workspace, const Row& row,
            int max_webhooks) {
  const core::Webhook& webhook = row.webhook;
  const pqxx::result rows =
      transaction.run(kInsert, {workspace, webhook.id, webhook.url, webhook.description,
                                wanted_text(webhook.event_types), core::to_text(webhook.signature),
                                row.sealed_keys, text_of_reason(webhook.disabled), max_webhooks});
  return rows.affected_rows() == 1;
}

constexpr auto kFind = R"sql(/* webhook_store.find */
SELECT webhook_id, url, description, event_types, signature, sealed_secret, disabled_at,
       disabled_reason, failing_since, created_at, updated_at, version,
       CASE WHEN previous_until > now() THEN previous_until END AS previous_until
  FROM webhook
 WHERE workspace_id = $1 AND webhook_id = $2 AND deleted_at IS NULL)sql";

std::optional<Row> find(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::WebhookId& webhook) {
  return first_of(transaction.run(kFind, {workspace, webhook}));
}

constexpr auto kLock = R"sql(/* webhook_store.lock */
SELECT webhook_id, url, description, event_types, signature, sealed_secret, disabled_at,
       disabled_reason, failing_since, created_at, updated_at, version,
       CASE WHEN previous_until > now() THEN previous_until END AS previous_until
  FROM webhook
 WHERE workspace_id = $1 AND webhook_id = $2 AND deleted_at IS NULL
   FOR NO KEY UPDATE)sql";

std::optional<Row> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::WebhookId& webhook) {
  return first_of(transaction.run(kLock, {workspace, webhook}));
}

constexpr auto kPage = R"sql(/* webhook_store.page */
SELECT webhook_id, url, description, event_types, signature, sealed_secret, disabled_at,
       disabled_reason, failing_since, created_at, updated_at, version,
       CASE WHEN previous_until > now() THEN previous_until END AS previous_until
  FROM webhook
 WHERE workspace_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR webhook_id < $2)
 ORDER BY webhook_id DESC
 LIMIT $3)sql";

core::Page<Row> page(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::PageRequest& request) {
  core::Page<Row> answer;
  for (const auto& row : transaction.run(kPage, {workspace, request.after, request.size + 1})) {
    answer.items.push_back(row_of(row));
  }
  if (answer.items.size() > static_cast<std::size_t>(request.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().webhook.id.uuid();
  }
  return answer;
}

constexpr auto kUpdate = R"sql(/* webhook_store.update */
UPDATE webhook
   SET url = $3, description = $4, event_types = $5, signature = $6, failing_since = $7,
       disabled_at = CASE WHEN $8::text IS NOT NULL THEN coalesce(disabled_at, now()) END,
       disabled_reason = $8, updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND webhook_id = $2)sql";

void update(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Webhook& webhook) {
  transaction.run(kUpdate, {workspace, webhook.id, webhook.url, webhook.description,
                            wanted_text(webhook.event_types), core::to_text(webhook.signature),
                            webhook.failing_since, text_of_reason(webhook.disabled)});
}

constexpr auto kReplaceKeys = R"sql(/* webhook_store.replace_keys */
UPDATE webhook
   SET sealed_secret = $3,
       previous_secret = CASE WHEN $4::integer > 0 THEN sealed_secret END,
       previous_until = CASE WHEN $4::integer > 0 THEN now() + make_interval(secs => $4) END,
       updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND webhook_id = $2)sql";

void replace_keys(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::WebhookId& webhook, const std::string& sealed_keys,
                  std::chrono::seconds overlap) {
  transaction.run(kReplaceKeys, {workspace, webhook, sealed_keys, overlap.count()});
}

constexpr auto kRemove = R"sql(/* webhook_store.remove */
UPDATE webhook
   SET deleted_at = now(), disabled_at = coalesce(disabled_at, now()),
       disabled_reason = coalesce(disabled_reason, 'owner'), previous_secret = NULL,
       previous_until = NULL, sealed_secret = '', version = version + 1
 WHERE workspace_id = $1 AND webhook_id = $2 AND deleted_at IS NULL)sql";

bool remove(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::WebhookId& webhook) {
  return transaction.run(kRemove, {workspace, webhook}).affected_rows() == 1;
}

constexpr auto kRemoveDeliveries = R"sql(/* webhook_store.remove_deliveries */
DELETE FROM delivery
 WHERE delivery_id IN (SELECT d.delivery_id
                         FROM webhook w
                         JOIN delivery d ON d.webhook_id = w.webhook_id
                        WHERE w.deleted_at IS NOT NULL
                        LIMIT $1
                          FOR UPDATE OF d SKIP LOCKED))sql";

// A publisher that began before the end of a webhook may still bring it a delivery: an hour is more
// than any of them takes.
constexpr auto kRemoveEmpty = R"sql(/* webhook_store.remove_empty */
DELETE FROM webhook w
 WHERE w.deleted_at < now() - interval '1 hour'
   AND NOT EXISTS (SELECT d.delivery_id FROM delivery d WHERE d.webhook_id = w.webhook_id))sql";

std::int64_t remove_deleted(Transaction& transaction, int limit) {
  const auto removed = transaction.run(kRemoveDeliveries, {limit}).affected_rows();
  transaction.run(kRemoveEmpty);
  return static_cast<std::int64_t>(removed);
}

constexpr auto kSetWorking = R"sql(/* webhook_store.set_working */
UPDATE webhook SET failing_since = NULL
 WHERE webhook_id = $1 AND failing_since IS NOT NULL)sql";

void set_working(Transaction& transaction, const core::WebhookId& webhook) {
  transaction.run_prepared("webhook_store.set_working", kSetWorking, {webhook});
}

constexpr auto kSetFailing = R"sql(/* webhook_store.set_failing */
UPDATE webhook SET failing_since = now()
 WHERE webhook_id = $1 AND url = $2 AND failing_since IS NULL AND disabled_at IS NULL)sql";

void set_failing(Transaction& transaction, const core::WebhookId& webhook, const std::string& url) {
  transaction.run_prepared("webhook_store.set_failing", kSetFailing, {webhook, url});
}

constexpr auto kDisableGone = R"sql(/* webhook_store.disable_gone */
UPDATE webhook
   SET disabled_at = now(), disabled_reason = 'gone', updated_at = now(), version = version + 1
 WHERE webhook_id = $1 AND url = $2 AND disabled_at IS NULL
RETURNING workspace_id)sql";

std::optional<core::WorkspaceId> disable_gone(Transaction& transaction,
                                              const core::WebhookId& webhook,
                                              const std::string& url) {
  return workspace_of(transaction.run(kDisableGone, {webhook, url}));
}

constexpr auto kDisableFailing = R"sql(/* webhook_store.disable_failing */
UPDATE webhook
   SET disabled_at = now(), disabled_reason = 'failing', updated_at = now(), version = version + 1
 WHERE webhook_id = $1 AND disabled_at IS NULL
   AND failing_since <= now() - make_interval(hours => $2)
RETURNING workspace_id)sql";

std::optional<core::WorkspaceId> disable_failing(Transaction& transaction,
                                                 const core::WebhookId& webhook,
                                                 std::chrono::hours failing_for) {
  return workspace_of(transaction.run_prepared("webhook_store.disable_failing", kDisableFailing,
                                               {webhook, failing_for.count()}));
}

}  // namespace vitrine::store::webhook_store

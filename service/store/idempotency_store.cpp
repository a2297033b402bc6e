#include "service/store/idempotency_store.hpp"

#include "service/core/crypto.hpp"
#include "service/core/error.hpp"
#include "service/store/session.hpp"
#include "service/store/sql_error.hpp"

namespace vitrine::store::idempotency_store {
namespace {

std::string fingerprint_text(const core::IdempotencyKey& key) {
  return "\\x" + core::hex_encode(key.fingerprint);
}

core::Error in_progress() {
  return core::Error(core::ErrorCode::idempotency_in_progress,
                     "A request with this Idempotency-Key is still running; send it again soon.")
      .retry_after(std::chrono::seconds(1));
}

}  // namespace

// A row of a transaction that still runs makes this wait for its end. One that is too old is taken
// over.
constexpr auto kClaim = R"sql(/* idempotency_store.claim */
INSERT INTO idempotency_key AS claim
            (workspace_id, key_id, operation, idempotency_key, fingerprint)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (workspace_id, key_id, operation, idempotency_key)
       DO UPDATE SET fingerprint = excluded.fingerprint, result = NULL, created_at = now()
       WHERE claim.created_at < now() - interval '24 hours'
RETURNING operation)sql";

constexpr auto kEarlier = R"sql(/* idempotency_store.earlier */
SELECT result, fingerprint = $5 AS same
  FROM idempotency_key
 WHERE workspace_id = $1 AND key_id = $2 AND operation = $3 AND idempotency_key = $4)sql";

std::optional<std::string> claim(Transaction& transaction, const core::Principal& principal,
                                 std::string_view operation, const core::IdempotencyKey& key) {
  const std::string fingerprint = fingerprint_text(key);
  try {
    if (!transaction
             .run_prepared("idempotency_store.claim", kClaim,
                           {principal.workspace, principal.key, operation, key.key, fingerprint})
             .empty()) {
      return std::nullopt;
    }
  } catch (const pqxx::sql_error& error) {
    if (error_code_of(error.sqlstate()) == core::ErrorCode::timeout) {
      throw in_progress();
    }
    throw;
  }
  // The second statement's snapshot shows what whoever was waited for has left.
  const pqxx::result rows = transaction.run(
      kEarlier, {principal.workspace, principal.key, operation, key.key, fingerprint});
  if (rows.empty() || rows[0]["result"].is_null()) {
    throw in_progress();
  }
  if (!flag_of(rows[0]["same"])) {
    throw core::Error(core::ErrorCode::idempotency_key_reused,
                      "This Idempotency-Key was sent before with another request; use a new one.");
  }
  return text_of(rows[0]["result"]);
}

constexpr auto kSettle = R"sql(/* idempotency_store.settle */
UPDATE idempotency_key SET result = $5
 WHERE workspace_id = $1 AND key_id = $2 AND operation = $3 AND idempotency_key = $4)sql";

void settle(Transaction& transaction, const core::Principal& principal, std::string_view operation,
            const core::IdempotencyKey& key, const std::string& result) {
  transaction.run_prepared("idempotency_store.settle", kSettle,
                           {principal.workspace, principal.key, operation, key.key, result});
}

constexpr auto kPurge = R"sql(/* idempotency_store.purge */
DELETE FROM idempotency_key AS old
 USING (SELECT workspace_id, key_id, operation, idempotency_key
          FROM idempotency_key
         WHERE created_at < now() - interval '24 hours'
         ORDER BY created_at
         LIMIT $1
           FOR UPDATE SKIP LOCKED) AS chosen
 WHERE old.workspace_id = chosen.workspace_id AND old.key_id = chosen.key_id
   AND old.operation = chosen.operation AND old.idempotency_key = chosen.idempotency_key)sql";

std::int64_t purge(Transaction& transaction, int limit) {
  return static_cast<std::int64_t>(transaction.run(kPurge, {limit}).affected_rows());
}

}  // namespace vitrine::store::idempotency_store

#include "service/store/passcode_attempt_store.hpp"

#include "service/store/columns.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::passcode_attempt_store {

// `passcode_next_at` is when the pause after the latest try ends: at once after one of the first
// four. clock_timestamp() and not now(): whoever waited for the row must judge by the time at which
// it has it, not by when it began to wait.
constexpr auto kReserve = R"sql(/* passcode_attempt_store.reserve */
UPDATE link
   SET passcode_failures = CASE
         WHEN passcode_next_at < clock_timestamp() - interval '1 day' THEN 1
         ELSE passcode_failures + 1 END,
       passcode_next_at = clock_timestamp() + make_interval(secs => CASE
         WHEN passcode_failures < 4 THEN 0
         WHEN passcode_next_at < clock_timestamp() - interval '1 day' THEN 0
         ELSE least(30 * 2 ^ least(passcode_failures - 4, 10), 900) END)
 WHERE workspace_id = $1 AND link_id = $2
   AND (passcode_failures < 5 OR passcode_next_at <= clock_timestamp()))sql";

constexpr auto kPause = R"sql(/* passcode_attempt_store.pause */
SELECT greatest(ceil(extract(epoch FROM passcode_next_at - clock_timestamp())), 1)::bigint AS pause
  FROM link
 WHERE workspace_id = $1 AND link_id = $2)sql";

std::optional<std::chrono::seconds> reserve(Transaction& transaction,
                                            const core::WorkspaceId& workspace,
                                            const core::LinkId& link) {
  if (transaction.run(kReserve, {workspace, link}).affected_rows() == 1) {
    return std::nullopt;
  }
  const pqxx::result rows = transaction.run(kPause, {workspace, link});
  return std::chrono::seconds(rows.empty() ? 1 : integer_of(rows[0]["pause"]));
}

constexpr auto kClear = R"sql(/* passcode_attempt_store.clear */
UPDATE link SET passcode_failures = 0, passcode_next_at = NULL
 WHERE workspace_id = $1 AND link_id = $2)sql";

void clear(Transaction& transaction, const core::WorkspaceId& workspace, const core::LinkId& link) {
  transaction.run(kClear, {workspace, link});
}

constexpr auto kClearAll = R"sql(/* passcode_attempt_store.clear_all */
UPDATE link SET passcode_failures = 0, passcode_next_at = NULL
 WHERE workspace_id = $1 AND share_id = $2 AND passcode_failures > 0)sql";

void clear_all(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::ShareId& share) {
  transaction.run(kClearAll, {workspace, share});
}

}  // namespace vitrine::store::passcode_attempt_store

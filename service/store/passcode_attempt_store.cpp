#include "service/store/passcode_attempt_store.hpp"

#include "service/store/columns.hpp"
#include "service/store/event_store.hpp"
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
         ELSE least(30 * 2 ^ least(passcode_failures - 4, 10), 900) END),
       guessing_told = guessing_told
                       AND passcode_next_at >= clock_timestamp() - interval '1 day'
 WHERE workspace_id = $1 AND link_id = $2
   AND (passcode_failures < 5 OR passcode_next_at <= clock_timestamp())
RETURNING passcode_failures > 5 AND NOT guessing_told AS is_news)sql";

constexpr auto kPause = R"sql(/* passcode_attempt_store.pause */
SELECT greatest(ceil(extract(epoch FROM passcode_next_at - clock_timestamp())), 1)::bigint AS pause,
       NOT guessing_told AS is_news
  FROM link
 WHERE workspace_id = $1 AND link_id = $2)sql";

constexpr auto kTell = R"sql(/* passcode_attempt_store.tell */
UPDATE link SET guessing_told = true
 WHERE workspace_id = $1 AND link_id = $2 AND passcode_failures >= 5 AND NOT guessing_told
RETURNING share_id)sql";

// Somebody goes on after five wrong passcodes.
static void tell(Transaction& transaction, const core::WorkspaceId& workspace,
                 const core::LinkId& link) {
  const pqxx::result rows = transaction.run(kTell, {workspace, link});
  if (!rows.empty()) {
    event_store::append(transaction, workspace,
                        {{core::EventType::link_passcode_throttled,
                          {.share = core::ShareId(uuid_of(rows[0]["share_id"])), .link = link}}});
  }
}

std::optional<std::chrono::seconds> reserve(Transaction& transaction,
                                            const core::WorkspaceId& workspace,
                                            const core::LinkId& link) {
  const pqxx::result taken = transaction.run(kReserve, {workspace, link});
  const pqxx::result rows = taken.empty() ? transaction.run(kPause, {workspace, link}) : taken;
  if (!rows.empty() && flag_of(rows[0]["is_news"])) {
    tell(transaction, workspace, link);
  }
  if (!taken.empty()) {
    return std::nullopt;
  }
  return std::chrono::seconds(rows.empty() ? 1 : integer_of(rows[0]["pause"]));
}

constexpr auto kClear = R"sql(/* passcode_attempt_store.clear */
UPDATE link SET passcode_failures = 0, passcode_next_at = NULL, guessing_told = false
 WHERE workspace_id = $1 AND link_id = $2)sql";

void clear(Transaction& transaction, const core::WorkspaceId& workspace, const core::LinkId& link) {
  transaction.run(kClear, {workspace, link});
}

constexpr auto kClearAll = R"sql(/* passcode_attempt_store.clear_all */
UPDATE link SET passcode_failures = 0, passcode_next_at = NULL, guessing_told = false
 WHERE workspace_id = $1 AND share_id = $2 AND passcode_failures > 0)sql";

void clear_all(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::ShareId& share) {
  transaction.run(kClearAll, {workspace, share});
}

}  // namespace vitrine::store::passcode_attempt_store

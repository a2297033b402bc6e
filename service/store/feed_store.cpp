#include "service/store/feed_store.hpp"

#include <string>
#include <vector>

#include "service/store/event_row.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::feed_store {
namespace {

constexpr int kMostLookedAt = 2000;

core::FeedCursor cursor_of(const pqxx::row& row) {
  return {integer_of(row["position"]), core::EventId(uuid_of(row["event_id"]))};
}

// A type that this program does not know was written by a newer one, for those who know it.
bool is_known(const pqxx::row& row) {
  return !row["type"].is_null() && core::event_type(text_of(row["type"]));
}

}  // namespace

constexpr auto kFind = R"sql(/* feed_store.find */
SELECT position, event_id FROM event WHERE workspace_id = $1 AND event_id = $2)sql";

std::optional<core::FeedCursor> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                     const core::EventId& event) {
  const pqxx::result rows = transaction.run_prepared("feed_store.find", kFind, {workspace, event});
  return rows.empty() ? std::nullopt : std::optional(cursor_of(rows[0]));
}

// The workspace is compared together with the position, here and below: with an equality PostgreSQL
// might rather walk along the positions of all workspaces, which can take for ever where one has
// been silent for long.
constexpr auto kNewest = R"sql(/* feed_store.newest */
SELECT position, event_id
  FROM event
 WHERE (workspace_id, position) > ($1, 0) AND (workspace_id, position) < ($1, 9223372036854775807)
 ORDER BY workspace_id DESC, position DESC
 LIMIT 1)sql";

core::FeedCursor newest(Transaction& transaction, const core::WorkspaceId& workspace) {
  const pqxx::result rows = transaction.run(kNewest, {workspace});
  return rows.empty() ? core::FeedCursor() : cursor_of(rows[0]);
}

// One row at least, which tells how far was looked.
constexpr auto kPage = R"sql(/* feed_store.page */
WITH looked AS (
  SELECT position, event_id, workspace_id, type, recording_id, share_id, link_id, comment_id,
         key_id, webhook_id, reason, occurred_at
    FROM event
   WHERE (workspace_id, position) > ($1, $2)
     AND (workspace_id, position) < ($1, 9223372036854775807)
   ORDER BY workspace_id, position
   LIMIT $5
)
SELECT (SELECT count(position) FROM looked) AS looked, l.position AS last_position,
       l.event_id AS last_event, f.position, f.event_id, f.workspace_id, f.type, f.recording_id,
       f.share_id, f.link_id, f.comment_id, f.key_id, f.webhook_id, f.reason, f.occurred_at
  FROM (SELECT position, event_id FROM looked ORDER BY position DESC LIMIT 1) AS l
  LEFT JOIN (
       SELECT position, event_id, workspace_id, type, recording_id, share_id, link_id, comment_id,
              key_id, webhook_id, reason, occurred_at
         FROM looked
        WHERE $3::text[] IS NULL OR type = ANY ($3)
        ORDER BY position
        LIMIT $4) AS f ON true
 ORDER BY f.position)sql";

core::FeedPage page(Transaction& transaction, const core::WorkspaceId& workspace,
                    const core::FeedRequest& request) {
  const auto types =
      request.types.empty() ? std::nullopt : std::optional(types_text(request.types));
  const int wanted = request.size + 1;  // one more tells whether there is more
  const int looked_at = types ? kMostLookedAt : wanted;
  const pqxx::result rows =
      transaction.run(kPage, {workspace, request.after.position, types, wanted, looked_at});
  core::FeedPage page{.events = {}, .next = request.after, .has_more = false};
  if (rows.empty()) {
    return page;
  }
  const bool overfull = rows.size() > static_cast<std::size_t>(request.size);
  for (std::size_t i = 0; i < rows.size() - (overfull ? 1 : 0); ++i) {
    const auto row = rows[static_cast<int>(i)];
    if (overfull) {
      page.next = cursor_of(row);
    }
    if (is_known(row)) {
      page.events.push_back(event_of(row));
    }
  }
  if (!overfull) {
    page.next = {integer_of(rows[0]["last_position"]),
                 core::EventId(uuid_of(rows[0]["last_event"]))};
  }
  page.has_more = overfull || integer_of(rows[0]["looked"]) == looked_at;
  return page;
}

constexpr auto kNewestOf = R"sql(/* feed_store.newest_of */
SELECT w.workspace_id, newest.position
  FROM unnest($1::uuid[]) AS w (workspace_id)
 CROSS JOIN LATERAL (
       SELECT position
         FROM event
        WHERE (event.workspace_id, position) > (w.workspace_id, 0)
          AND (event.workspace_id, position) < (w.workspace_id, 9223372036854775807)
        ORDER BY event.workspace_id DESC, position DESC
        LIMIT 1) AS newest)sql";

Positions newest_of(Transaction& transaction, const std::set<core::WorkspaceId>& workspaces) {
  Positions positions;
  for (const auto& row : transaction.run(kNewestOf, {ids_text(workspaces)})) {
    positions.emplace(core::WorkspaceId(uuid_of(row["workspace_id"])), integer_of(row["position"]));
  }
  return positions;
}

}  // namespace vitrine::store::feed_store

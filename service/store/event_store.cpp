#include "service/store/event_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::event_store {
namespace {

// Arrays make PostgreSQL plan anew each time, which costs as much as several rows.
constexpr std::size_t kOneByOne = 6;

using Texts = std::vector<std::optional<std::string>>;

template <class Id>
std::optional<std::string> uuid_text(const std::optional<Id>& id) {
  return id ? std::optional(id->uuid().text()) : std::nullopt;
}

}  // namespace

// A share tells its recording.
constexpr auto kAppendOne = R"sql(/* event_store.append_one */
INSERT INTO event_inbox (workspace_id, type, recording_id, share_id, link_id, comment_id, key_id,
                         webhook_id, reason)
VALUES ($1, $2, coalesce($3, (SELECT r.recording_id
                                FROM share s JOIN recording r ON r.recording_uid = s.recording_uid
                               WHERE s.share_id = $4)),
        $4, $5, $6, $7, $8, $9))sql";

static void append_one(Transaction& transaction, const core::WorkspaceId& workspace,
                       const core::NewEvent& event) {
  const core::EventSubject& subject = event.subject;
  transaction.run_prepared(
      "event_store.append_one", kAppendOne,
      {workspace, core::to_text(event.type), subject.recording_id, subject.share, subject.link,
       subject.comment, subject.key, subject.webhook, subject.reason});
}

// The order of the rows is the order of their entries.
constexpr auto kAppend = R"sql(/* event_store.append */
INSERT INTO event_inbox (workspace_id, type, recording_id, share_id, link_id, comment_id, key_id,
                         webhook_id, reason)
SELECT $1, new.type, coalesce(new.recording_id, r.recording_id), new.share_id, new.link_id,
       new.comment_id, new.key_id, new.webhook_id, new.reason
  FROM unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[],
              $9::text[])
       WITH ORDINALITY AS new (type, recording_id, share_id, link_id, comment_id, key_id,
                               webhook_id, reason, place)
  LEFT JOIN share s ON s.share_id = new.share_id
  LEFT JOIN recording r ON r.recording_uid = s.recording_uid
 ORDER BY new.place)sql";

void append(Transaction& transaction, const core::WorkspaceId& workspace,
            const std::vector<core::NewEvent>& events) {
  if (events.size() <= kOneByOne) {
    for (const core::NewEvent& event : events) {
      append_one(transaction, workspace, event);
    }
    return;
  }
  Texts types, recordings, shares, links, comments, keys, webhooks, reasons;
  for (const auto& [type, subject] : events) {
    types.emplace_back(core::to_text(type));
    recordings.push_back(subject.recording_id);
    shares.push_back(uuid_text(subject.share));
    links.push_back(uuid_text(subject.link));
    comments.push_back(uuid_text(subject.comment));
    keys.push_back(uuid_text(subject.key));
    webhooks.push_back(uuid_text(subject.webhook));
    reasons.push_back(subject.reason);
  }
  transaction.run(kAppend, {workspace, array_text(types), array_text(recordings),
                            array_text(shares), array_text(links), array_text(comments),
                            array_text(keys), array_text(webhooks), array_text(reasons)});
}

// Held until the transaction ends: what the one before has published is then to be seen, so
// positions appear in their order. The plan of what follows is kept, and made while little waits;
// it must not be one that reads all that waits.
constexpr auto kLockFeed = R"sql(/* event_store.lock_feed */
SELECT pg_advisory_xact_lock(hashtextextended('vitrine/event', 0)),
       set_config('enable_seqscan', 'off', true))sql";

constexpr auto kPublish = R"sql(/* event_store.publish */
WITH taken AS (
  DELETE FROM event_inbox
   WHERE entry > $2
     AND entry <= (SELECT max(entry)
                     FROM (SELECT entry FROM event_inbox
                            WHERE entry > $2 ORDER BY entry LIMIT $1) AS first)
  RETURNING entry, event_id, workspace_id, type, recording_id, share_id, link_id, comment_id,
            key_id, webhook_id, reason, occurred_at
), placed AS (
  INSERT INTO event (position, event_id, workspace_id, type, recording_id, share_id, link_id,
                     comment_id, key_id, webhook_id, reason, occurred_at)
  SELECT nextval('event_position'), event_id, workspace_id, type, recording_id, share_id, link_id,
         comment_id, key_id, webhook_id, reason, occurred_at
    FROM (SELECT entry, event_id, workspace_id, type, recording_id, share_id, link_id, comment_id,
                 key_id, webhook_id, reason, occurred_at
            FROM taken ORDER BY entry) AS ordered
  RETURNING event_id, workspace_id, type
), addressed AS (
  INSERT INTO delivery (workspace_id, webhook_id, event_id)
  SELECT w.workspace_id, w.webhook_id, p.event_id
    FROM placed p
    JOIN webhook w ON w.workspace_id = p.workspace_id
   WHERE w.disabled_at IS NULL AND (w.event_types IS NULL OR p.type = ANY (w.event_types))
  RETURNING delivery_id
)
SELECT (SELECT count(event_id) FROM placed) AS events,
       (SELECT coalesce(max(entry), 0) FROM taken) AS last,
       (SELECT count(delivery_id) FROM addressed) AS deliveries)sql";

Published publish(Transaction& transaction, int limit, std::int64_t behind) {
  transaction.run_prepared("event_store.lock_feed", kLockFeed, {});
  const pqxx::result rows =
      transaction.run_prepared("event_store.publish", kPublish, {limit, behind});
  return {integer_of(rows[0]["events"]), integer_of(rows[0]["deliveries"]),
          integer_of(rows[0]["last"])};
}

constexpr auto kIsWaiting = R"sql(/* event_store.is_waiting */
SELECT min(entry) IS NOT NULL AS waiting FROM event_inbox)sql";

bool is_waiting(Transaction& transaction) {
  const pqxx::result rows = transaction.run_prepared("event_store.is_waiting", kIsWaiting, {});
  return flag_of(rows[0]["waiting"]);
}

constexpr auto kBacklog = R"sql(/* event_store.backlog */
SELECT count(entry) AS events,
       coalesce(round(extract(epoch FROM now() - min(occurred_at)) * 1000), 0)::bigint AS age_ms
  FROM (SELECT entry, occurred_at FROM event_inbox ORDER BY entry LIMIT 100000) AS waiting)sql";

Backlog backlog(Transaction& transaction) {
  const pqxx::result rows = transaction.run(kBacklog);
  return {integer_of(rows[0]["events"]), std::chrono::milliseconds(integer_of(rows[0]["age_ms"]))};
}

// The oldest of the feed stand at its beginning; what is there is not always in the order of time,
// so an old event may wait behind a younger one.
constexpr auto kPurge = R"sql(/* event_store.purge */
DELETE FROM event
 WHERE position IN (SELECT position FROM (SELECT position, occurred_at FROM event
                                           ORDER BY position LIMIT $2) AS oldest
                     WHERE occurred_at < now() - make_interval(days => $1)))sql";

std::int64_t purge(Transaction& transaction, std::chrono::days age, int limit) {
  return static_cast<std::int64_t>(transaction.run(kPurge, {age.count(), limit}).affected_rows());
}

}  // namespace vitrine::store::event_store

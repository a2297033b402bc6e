#include "service/store/sweep_store.hpp"

#include <iterator>
#include <string>
#include <string_view>

#include "service/store/due_store.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::sweep_store {
namespace {

constexpr std::string_view kBehindPlace = "(due_at, subject) > ($2::timestamptz, $3::uuid)";
constexpr std::string_view kOfOneShare = "workspace_id = $2 AND subject = $3";

// A statement that takes at most $1 rows of this kind which are due, the longest due first. `work`
// goes on from `taken (subject, workspace_id, due_at)`.
std::string taking(std::string_view name, std::string_view kind, std::string_view narrowed,
                   std::string_view work) {
  return std::string("/* sweep_store.")
      .append(name)
      .append(R"sql( */
WITH taken AS (
  DELETE FROM due d
   USING (SELECT subject
            FROM due
           WHERE kind = ')sql")
      .append(kind)
      .append("' AND due_at <= now() AND ")
      .append(narrowed)
      .append(R"sql(
           ORDER BY due_at, subject
           LIMIT $1
             FOR UPDATE SKIP LOCKED) AS chosen
   WHERE d.subject = chosen.subject AND d.kind = ')sql")
      .append(kind)
      .append("'\n  RETURNING d.subject, d.workspace_id, d.due_at\n)")
      .append(work);
}

// The last row is the last that was taken.
void advance(Place& place, std::int64_t taken, int limit, const pqxx::result& rows) {
  const bool more = taken == limit;
  place =
      more ? Place{instant_of(rows.back()["due_at"]), uuid_of(rows.back()["subject"])} : Place();
}

// Work that one statement does. It is planned once in the life of a connection.
class Work {
 public:
  Work(std::string_view name, std::string_view kind, std::string_view work)
      : name_(std::string("sweep_store.").append(name)),
        batch_(taking(name, kind, kBehindPlace, work).append(R"sql(
SELECT count(subject) OVER () AS taken, due_at, subject,
       set_config('synchronous_commit', 'off', true)
  FROM taken
 ORDER BY due_at DESC, subject DESC
 LIMIT 1)sql")),
        of_one_share_(taking(name, kind, kOfOneShare, work).append("\nSELECT subject FROM taken")) {
  }

  std::int64_t run(Transaction& transaction, int limit, Place& place) const {
    const pqxx::result rows = transaction.run_prepared(name_.c_str(), batch_.c_str(),
                                                       {limit, place.due_at, place.subject});
    const std::int64_t taken = rows.empty() ? 0 : integer_of(rows[0]["taken"]);
    advance(place, taken, limit, rows);
    return taken;
  }

  void run_for(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::ShareId& share) const {
    transaction.run(of_one_share_.c_str(), {1, workspace, share});
  }

 private:
  std::string name_, batch_, of_one_share_;
};

// Whether anything of this kind is due. Asked for like this it is always the edge of an index,
// where EXISTS would search the table whenever much of it is due.
std::string edge(std::string_view kind, int parameter) {
  return std::string("coalesce((SELECT min(due_at) FROM due WHERE kind = '")
      .append(kind)
      .append("' AND (due_at, subject) > ($")
      .append(std::to_string(parameter))
      .append("::timestamptz, $")
      .append(std::to_string(parameter + 1))
      .append("::uuid)) <= now(), false) AS ")
      .append(kind);
}

}  // namespace

constexpr auto kOtherEdges = R"sql(
       coalesce((SELECT min(not_before) FROM rescheduling) <= now(), false) AS reschedule,
       coalesce((SELECT min(created_at) FROM idempotency_key) < now() - interval '24 hours',
                false) AS idempotency_keys,
       coalesce((SELECT min(expires_at) FROM reported_session) < now(), false) AS sessions)sql";

Pending pending(Transaction& transaction, const Places& places) {
  static const std::string kSql = "/* sweep_store.pending */\nSELECT " + edge("start", 1) + ",\n" +
                                  edge("expire", 3) + ",\n" + edge("retire", 5) + ",\n" +
                                  edge("gone", 7) + ",\n" + edge("remind", 9) + ",\n" +
                                  edge("forget", 11) + "," + kOtherEdges;
  const auto& [start, expire, retire, gone, remind, forget] = places;
  const pqxx::result rows = transaction.run_prepared(
      "sweep_store.pending", kSql.c_str(),
      {start.due_at, start.subject, expire.due_at, expire.subject, retire.due_at, retire.subject,
       gone.due_at, gone.subject, remind.due_at, remind.subject, forget.due_at, forget.subject});
  const auto is = [&](const char* column) { return flag_of(rows[0][column]); };
  return {.start = is("start"),
          .expire = is("expire"),
          .retire = is("retire"),
          .gone = is("gone"),
          .remind = is("remind"),
          .forget = is("forget"),
          .reschedule = is("reschedule"),
          .idempotency_keys = is("idempotency_keys"),
          .sessions = is("sessions")};
}

constexpr std::string_view kStart = R"sql(, begun AS (
  SELECT s.workspace_id, s.share_id, s.starts_at, r.recording_id
    FROM taken t
    JOIN share s ON s.share_id = t.subject
    JOIN recording r ON r.recording_uid = s.recording_uid
   WHERE s.revoked_at IS NULL AND s.starts_at <= now()
), told AS (
  INSERT INTO event_inbox (workspace_id, type, recording_id, share_id, occurred_at)
  SELECT workspace_id, 'share.started', recording_id, share_id, starts_at FROM begun
))sql";

static const Work& starting() {
  static const Work kWork("start", "start", kStart);
  return kWork;
}

std::int64_t start(Transaction& transaction, int limit, Place& place) {
  return starting().run(transaction, limit, place);
}

// A share's event comes before those of its links.
constexpr std::string_view kExpire = R"sql(, judged AS (
  SELECT s.workspace_id, s.share_id, r.recording_id, p.retention_days,
         coalesce(share_end(s.starts_at, s.expires_at, p.max_ttl_seconds), 'infinity') AS ends_at
    FROM taken t
    JOIN share s ON s.share_id = t.subject
    JOIN recording r ON r.recording_uid = s.recording_uid
    JOIN policy p ON p.workspace_id = s.workspace_id
   WHERE s.revoked_at IS NULL
), planned AS (
  INSERT INTO due (subject, kind, workspace_id, due_at)
  SELECT share_id, 'expire', workspace_id, ends_at FROM judged WHERE ends_at > now()
   UNION ALL
  SELECT share_id, 'forget', workspace_id, ends_at + make_interval(days => retention_days)
    FROM judged
   WHERE ends_at <= now() AND retention_days IS NOT NULL
      ON CONFLICT (subject, kind) DO UPDATE SET due_at = excluded.due_at
), ended AS (
  SELECT workspace_id, share_id, recording_id, ends_at, NULL::uuid AS link_id
    FROM judged
   WHERE ends_at <= now()
   UNION ALL
  SELECT j.workspace_id, j.share_id, j.recording_id, j.ends_at, l.link_id
    FROM judged j
    JOIN link l ON l.share_id = j.share_id
   WHERE j.ends_at <= now() AND l.revoked_at IS NULL
     AND (l.retires_at IS NULL OR l.retires_at > j.ends_at)
), told AS (
  INSERT INTO event_inbox (workspace_id, type, recording_id, share_id, link_id, occurred_at)
  SELECT workspace_id, CASE WHEN link_id IS NULL THEN 'share.expired' ELSE 'link.expired' END,
         recording_id, share_id, link_id, ends_at
    FROM ended
   ORDER BY ends_at, share_id, link_id NULLS FIRST
))sql";

static const Work& expiring() {
  static const Work kWork("expire", "expire", kExpire);
  return kWork;
}

std::int64_t expire(Transaction& transaction, int limit, Place& place) {
  return expiring().run(transaction, limit, place);
}

void catch_up(Transaction& transaction, const core::WorkspaceId& workspace,
              const core::ShareId& share) {
  starting().run_for(transaction, workspace, share);
  expiring().run_for(transaction, workspace, share);
}

constexpr std::string_view kRetire = R"sql(, told AS (
  INSERT INTO event_inbox (workspace_id, type, recording_id, share_id, link_id, occurred_at)
  SELECT l.workspace_id, 'link.expired', r.recording_id, l.share_id, l.link_id, l.retires_at
    FROM taken t
    JOIN link l ON l.link_id = t.subject
    JOIN share s ON s.share_id = l.share_id
    JOIN recording r ON r.recording_uid = s.recording_uid
    JOIN policy p ON p.workspace_id = s.workspace_id
   WHERE l.revoked_at IS NULL AND s.revoked_at IS NULL
     AND l.retires_at <= coalesce(share_end(s.starts_at, s.expires_at, p.max_ttl_seconds),
                                  'infinity')
))sql";

std::int64_t retire(Transaction& transaction, int limit, Place& place) {
  static const Work kWork("retire", "retire", kRetire);
  return kWork.run(transaction, limit, place);
}

constexpr std::string_view kEndRecordings = R"sql(, told AS (
  INSERT INTO event_inbox (workspace_id, type, recording_id, reason, occurred_at)
  SELECT r.workspace_id, 'recording.gone', r.recording_id, 'expired', r.expires_at
    FROM taken t
    JOIN recording r ON r.recording_uid = t.subject
   WHERE r.deleted_at IS NULL AND r.expires_at <= now()
))sql";

std::int64_t end_recordings(Transaction& transaction, int limit, Place& place) {
  static const Work kWork("end_recordings", "gone", kEndRecordings);
  return kWork.run(transaction, limit, place);
}

// Nobody is reminded of what has ended meanwhile.
constexpr std::string_view kRemind = R"sql(, mailed AS (
  INSERT INTO mail (workspace_id, share_id, kind)
  SELECT s.workspace_id, s.share_id, 'expiring'
    FROM taken t
    JOIN share s ON s.share_id = t.subject
    JOIN policy p ON p.workspace_id = s.workspace_id
   WHERE s.revoked_at IS NULL AND s.remind_before_seconds IS NOT NULL
     AND share_end(s.starts_at, s.expires_at, p.max_ttl_seconds) > now()
))sql";

std::int64_t remind(Transaction& transaction, int limit, Place& place) {
  static const Work kWork("remind", "remind", kRemind);
  return kWork.run(transaction, limit, place);
}

// A share that somebody is changing at this moment may live on: it is looked at again a little
// later, and only those are removed that are still dead while nobody else can change them.
constexpr std::string_view kTakeForgotten = R"sql(, held AS (
  SELECT s.share_id, p.retention_days,
         coalesce(s.revoked_at, share_end(s.starts_at, s.expires_at, p.max_ttl_seconds),
                  'infinity') AS died_at
    FROM taken t
    JOIN share s ON s.share_id = t.subject
    JOIN policy p ON p.workspace_id = s.workspace_id
     FOR UPDATE OF s SKIP LOCKED
), judged AS (
  SELECT t.subject, t.workspace_id, t.due_at, h.share_id IS NULL AS busy,
         h.died_at + make_interval(days => h.retention_days) AS forget_at
    FROM taken t LEFT JOIN held h ON h.share_id = t.subject
), planned AS (
  INSERT INTO due (subject, kind, workspace_id, due_at)
  SELECT subject, 'forget', workspace_id,
         CASE WHEN busy THEN now() + interval '5 seconds' ELSE forget_at END
    FROM judged
   WHERE busy AND EXISTS (SELECT share_id FROM share WHERE share.share_id = judged.subject)
      OR forget_at > now() AND forget_at <> 'infinity'
      ON CONFLICT (subject, kind) DO UPDATE SET due_at = excluded.due_at
)
SELECT subject, due_at, NOT busy AND coalesce(forget_at <= now(), false) AS is_dead
  FROM judged
 ORDER BY due_at, subject)sql";

constexpr const char* kForget[] = {
    R"sql(/* sweep_store.forget_comments */
DELETE FROM comment WHERE share_id = ANY ($1::uuid[]))sql",
    R"sql(/* sweep_store.forget_views */
DELETE FROM view WHERE share_id = ANY ($1::uuid[]))sql",
    R"sql(/* sweep_store.forget_mails */
DELETE FROM mail WHERE share_id = ANY ($1::uuid[]))sql",
    R"sql(/* sweep_store.forget_ends_of_links */
DELETE FROM due
 USING link l
 WHERE l.share_id = ANY ($1::uuid[]) AND due.subject = l.link_id AND due.kind = 'retire')sql",
    R"sql(/* sweep_store.forget_links */
DELETE FROM link WHERE share_id = ANY ($1::uuid[]))sql",
    R"sql(/* sweep_store.forget_shares */
DELETE FROM share WHERE share_id = ANY ($1::uuid[]))sql",
};

std::int64_t forget(Transaction& transaction, int limit, Place& place) {
  static const std::string kSql = taking("take_forgotten", "forget", kBehindPlace, kTakeForgotten);
  const pqxx::result rows = transaction.run(kSql.c_str(), {limit, place.due_at, place.subject});
  std::vector<std::optional<std::string>> dead;
  for (const auto& row : rows) {
    if (flag_of(row["is_dead"])) {
      dead.emplace_back(text_of(row["subject"]));
    }
  }
  if (!dead.empty()) {
    const std::string ids = array_text(dead);
    for (const char* statement : kForget) {
      transaction.run(statement, {ids});
    }
  }
  const auto taken = static_cast<std::int64_t>(rows.size());
  advance(place, taken, limit, rows);
  return taken;
}

constexpr auto kTakeRescheduling = R"sql(/* sweep_store.take_rescheduling */
SELECT workspace_id, walk_from, walks_left
  FROM rescheduling
 WHERE not_before <= now()
 ORDER BY not_before
 LIMIT 1
   FOR UPDATE SKIP LOCKED)sql";

constexpr auto kNextShares = R"sql(/* sweep_store.next_shares */
SELECT share_id
  FROM share
 WHERE workspace_id = $1 AND ($2::uuid IS NULL OR share_id < $2)
 ORDER BY share_id DESC
 LIMIT $3)sql";

constexpr auto kGoOn = R"sql(/* sweep_store.go_on */
UPDATE rescheduling SET walk_from = $2 WHERE workspace_id = $1)sql";

// The second walk begins when no transaction runs any more that goes by the old policy.
constexpr auto kWalkAgain = R"sql(/* sweep_store.walk_again */
UPDATE rescheduling
   SET walk_from = NULL, walks_left = walks_left - 1, not_before = now() + interval '10 seconds'
 WHERE workspace_id = $1)sql";

constexpr auto kWalkEnds = R"sql(/* sweep_store.walk_ends */
DELETE FROM rescheduling WHERE workspace_id = $1)sql";

std::int64_t reschedule(Transaction& transaction, int limit) {
  const pqxx::result jobs = transaction.run(kTakeRescheduling);
  if (jobs.empty()) {
    return 0;
  }
  const core::WorkspaceId workspace(uuid_of(jobs[0]["workspace_id"]));
  std::vector<core::ShareId> shares;
  for (const auto& row : transaction.run(
           kNextShares, {workspace, if_present(jobs[0]["walk_from"], uuid_of), limit})) {
    shares.emplace_back(uuid_of(row["share_id"]));
  }
  if (!shares.empty()) {
    due_store::plan_shares(transaction, workspace, shares);
  }
  if (std::ssize(shares) == limit) {
    transaction.run(kGoOn, {workspace, shares.back()});
  } else {
    const bool is_last = integer_of(jobs[0]["walks_left"]) <= 1;
    transaction.run(is_last ? kWalkEnds : kWalkAgain, {workspace});
  }
  return static_cast<std::int64_t>(shares.size());
}

constexpr auto kPurgeSessions = R"sql(/* sweep_store.purge_sessions */
DELETE FROM reported_session
 WHERE session_id IN (SELECT session_id FROM reported_session
                       WHERE expires_at < now() ORDER BY expires_at LIMIT $1
                         FOR UPDATE SKIP LOCKED))sql";

std::int64_t purge_sessions(Transaction& transaction, int limit) {
  return static_cast<std::int64_t>(transaction.run(kPurgeSessions, {limit}).affected_rows());
}

constexpr auto kBacklog = R"sql(/* sweep_store.backlog */
SELECT count(due_at) AS due,
       coalesce(round(extract(epoch FROM now() - min(due_at)) * 1000), 0)::bigint AS lag_ms
  FROM (SELECT due_at FROM due
         WHERE kind IN ('start', 'expire', 'retire', 'gone', 'remind', 'forget')
           AND due_at <= now()
         LIMIT 100000) AS waiting)sql";

Backlog backlog(Transaction& transaction) {
  const pqxx::result rows = transaction.run(kBacklog);
  return {integer_of(rows[0]["due"]), std::chrono::milliseconds(integer_of(rows[0]["lag_ms"]))};
}

}  // namespace vitrine::store::sweep_store

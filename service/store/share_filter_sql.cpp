#include "service/store/share_filter_sql.hpp"

#include <algorithm>

#include "service/store/policy_store.hpp"

namespace vitrine::store {
namespace {

// How far a share's id, which holds the service's clock, may be from `created_at`, which is the
// database's.
constexpr std::chrono::hours kClockSlack(24);

// Gives every parameter its type, since most statements use only some of them.
constexpr auto kGiven = R"sql(
WITH given AS (
  SELECT $1::uuid, $2::text, $3::text, $4::uuid, $5::text, $6::timestamptz, $7::uuid,
         $8::timestamptz, $9::uuid, $10::text, $11::bigint, $12::uuid, $13::integer,
         $14::timestamptz, $15::uuid, $16::text, $17::tsquery, $18::tsquery))sql";

// Which workspace's. Said in the second way, the order of the newest is one that only the indexes
// of a workspace have: PostgreSQL would else walk the newest of all workspaces, in the hope that
// many are of this one.
constexpr auto kMine = "\n WHERE s.workspace_id = $1";
constexpr auto kMineInOrder = "\n WHERE s.workspace_id = ANY (ARRAY[$1])";

// The state by the window in force: what was granted, cut by the longest life that the policy of
// today leaves ($11, in seconds).
constexpr auto kFits = R"sql(
   AND ($2::text IS NULL OR s.recording_uid = (
          SELECT r.recording_uid FROM recording r
           WHERE r.workspace_id = $1 AND r.recording_id = $2 AND r.deleted_at IS NULL))
   AND ($3::text IS NULL OR s.audience = $3)
   AND ($4::uuid IS NULL OR s.created_by = $4)
   AND ($5::text IS NULL OR s.label = $5)
   AND ($6::timestamptz IS NULL OR (s.created_at >= $6 AND s.share_id >= $7))
   AND ($8::timestamptz IS NULL OR (s.created_at < $8 AND s.share_id < $9))
   AND ($12::uuid IS NULL OR s.share_id < $12)
   AND ($10::text IS NULL OR CASE $10
          WHEN 'revoked' THEN s.revoked_at IS NOT NULL
          WHEN 'disabled' THEN s.revoked_at IS NULL AND s.disabled_at IS NOT NULL
          WHEN 'scheduled' THEN
            s.revoked_at IS NULL AND s.disabled_at IS NULL AND s.starts_at > now()
          WHEN 'active' THEN
            s.revoked_at IS NULL AND s.disabled_at IS NULL AND s.starts_at <= now()
            AND coalesce(s.expires_at, 'infinity'::timestamptz) > now()
            AND ($11::bigint IS NULL OR s.starts_at > now() - $11 * interval '1 second')
          ELSE
            s.revoked_at IS NULL AND s.disabled_at IS NULL
            AND (coalesce(s.expires_at, 'infinity'::timestamptz) <= now()
                 OR ($11::bigint IS NOT NULL
                     AND s.starts_at <= now() - $11 * interval '1 second'))
        END))sql";

constexpr auto kShares = "\n  FROM share s";

// From the recipient's links in the order of their shares, so that a page reads no more of them
// than it shows. A link that was revoked alone does not count, one that ended with its share does.
constexpr auto kSharesOfRecipient = R"sql(
  FROM (SELECT l.share_id, bool_or(l.revoked_at IS NULL) AS alive, max(l.revoked_at) AS ended_at
          FROM link l
         WHERE l.workspace_id = $1 AND l.recipient_key = $16
           AND ($12::uuid IS NULL OR l.share_id < $12)
         GROUP BY l.share_id
         ORDER BY l.share_id DESC) received
  JOIN share s ON s.share_id = received.share_id
              AND (received.alive OR received.ended_at = s.revoked_at))sql";

// Every share with all words, be they in its own texts, in its recording's title, or in both
// together. MATERIALIZED and OFFSET 0 keep PostgreSQL from walking through all the others in the
// hope to meet some: it cannot foretell well how many have words that begin so.
constexpr auto kHits = R"sql(,
hit AS MATERIALIZED (
  SELECT s.share_id FROM share s WHERE s.workspace_id = $1 AND s.search @@ $17
  UNION
  SELECT s.share_id
    FROM recording r
   CROSS JOIN LATERAL (
         SELECT share_id FROM share WHERE recording_uid = r.recording_uid OFFSET 0) s
   WHERE r.workspace_id = $1 AND r.search @@ $17 AND r.deleted_at IS NULL
  UNION
  SELECT s.share_id
    FROM share s
    JOIN recording r ON r.recording_uid = s.recording_uid
   WHERE s.workspace_id = $1 AND s.search @@ $18 AND r.search @@ $18 AND r.deleted_at IS NULL
     AND (s.search || r.search) @@ $17))sql";

constexpr auto kSharesHit = "\n  FROM hit\n  JOIN share s ON s.share_id = hit.share_id";

constexpr auto kSharesHitOneByOne = R"sql(
  FROM hit
 CROSS JOIN LATERAL (
       SELECT share_id, workspace_id, recording_uid, audience, created_by, label, created_at,
              starts_at, expires_at, disabled_at, revoked_at
         FROM share WHERE share_id = hit.share_id OFFSET 0) s)sql";

constexpr auto kIsReceived = R"sql(
   AND ($16::text IS NULL OR EXISTS (
          SELECT FROM link l
           WHERE l.share_id = s.share_id AND l.recipient_key = $16
             AND (l.revoked_at IS NULL OR l.revoked_at = s.revoked_at))))sql";

// PostgreSQL parts the text as it parts titles. Each word is quoted, so that nothing in it is read
// as an operator, and fits whatever begins with it.
constexpr auto kWords = R"sql(/* share_filter.words */
SELECT string_agg(word, ' & ') AS all_words, string_agg(word, ' | ') AS any_word
  FROM (SELECT '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''':*' AS word
          FROM unnest(to_tsvector('simple', $1))) AS part)sql";

std::optional<core::Uuid> id_at(const std::optional<core::Instant>& instant,
                                std::chrono::hours shift) {
  if (!instant) {
    return std::nullopt;
  }
  const auto at = std::chrono::floor<std::chrono::milliseconds>(*instant + shift);
  return core::Uuid::v7(std::max<std::int64_t>(at.time_since_epoch().count(), 0), {});
}

std::string end_text(core::Instant end) {
  return end == core::kNever ? "infinity" : timestamp_text(end);
}

}  // namespace

ShareFilterSql::ShareFilterSql(Transaction& transaction, const core::WorkspaceId& workspace,
                               core::ShareFilter filter)
    : workspace_(workspace),
      filter_(std::move(filter)),
      policy_(policy_store::find(transaction, workspace).policy) {
  if (!policy_.allow_public && filter_.audience) {
    empty_ = *filter_.audience == core::Audience::anyone;
    filter_.audience.reset();
  }
  if (filter_.words) {
    const pqxx::result row = transaction.run(kWords, {*filter_.words});
    empty_ = empty_ || row[0]["all_words"].is_null();
    // The workspace is a lexeme of its own.
    const std::string mine = "'" + workspace_.uuid().text() + "' & ";
    all_words_ = mine + text_of(row[0]["all_words"]);
    any_word_ = mine + "(" + text_of(row[0]["any_word"]) + ")";
  }
}

// Whether nothing else says where to find the shares.
bool ShareFilterSql::walks_the_newest() const {
  return !filter_.recording && !filter_.recipient_key && !filter_.words &&
         core::order_of(filter_) == core::ShareOrder::newest;
}

std::string ShareFilterSql::newest_first() const {
  return walks_the_newest() ? "s.workspace_id, s.share_id DESC" : "s.share_id DESC";
}

std::string ShareFilterSql::with() const {
  if (!filter_.words) {
    return kGiven;
  }
  return std::string(kGiven) + kHits +
         ",\nfound AS MATERIALIZED (\n  SELECT s.share_id, s.starts_at, s.expires_at" +
         kSharesHitOneByOne + kMine + kFits + kIsReceived + ")";
}

std::string ShareFilterSql::from_rows() const {
  if (filter_.words) {
    return std::string(kSharesHit) + kMine + kFits + kIsReceived;
  }
  return std::string(filter_.recipient_key ? kSharesOfRecipient : kShares) + kMine + kFits;
}

std::string ShareFilterSql::from() const {
  if (walks_the_newest()) {
    return std::string(kShares) + kMineInOrder + kFits;
  }
  return filter_.words ? "\n  FROM found s\n WHERE true" : from_rows();
}

std::vector<Parameter> ShareFilterSql::parameters(const core::PageRequest& request) const {
  const auto text_if = [](const auto& value) {
    return value ? Parameter(core::to_text(*value)) : Parameter(nullptr);
  };
  const bool by_time = core::order_of(filter_) != core::ShareOrder::newest;
  return {workspace_,
          filter_.recording,
          text_if(filter_.audience),
          filter_.created_by,
          filter_.label,
          filter_.created_after,
          id_at(filter_.created_after, -kClockSlack),
          filter_.created_before,
          id_at(filter_.created_before, kClockSlack),
          text_if(filter_.state),
          policy_.max_ttl ? Parameter(policy_.max_ttl->count()) : Parameter(nullptr),
          by_time ? std::nullopt : request.after,
          request.size,
          request.after_time ? Parameter(end_text(*request.after_time)) : Parameter(nullptr),
          by_time ? request.after : std::nullopt,
          filter_.recipient_key,
          all_words_,
          any_word_};
}

}  // namespace vitrine::store

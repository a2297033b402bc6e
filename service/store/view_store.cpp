#include "service/store/view_store.hpp"

#include "service/store/link_columns.hpp"
#include "service/store/link_facts.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::view_store {
namespace {

// Whose link it is, the token tells.
constexpr std::string_view kTarget = R"sql(, s.workspace_id, s.share_id, s.session_epoch,
       l.recipient_key, l.opened, s.notify_on_open
  FROM link l)sql";
constexpr std::string_view kOfToken = R"sql(
 WHERE l.link_id = $1 AND l.kid = $2)sql";

std::optional<Target> target_in(const pqxx::result& rows, const core::LinkId& link) {
  if (rows.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = rows[0];
  TextFields fields(row);
  return Target{.facts = facts_in(fields),
                .workspace = core::WorkspaceId(uuid_of(row["workspace_id"])),
                .share = core::ShareId(uuid_of(row["share_id"])),
                .link = link,
                .session_epoch = integer_of(row["session_epoch"]),
                .recipient_key = if_present(row["recipient_key"], text_of),
                .opened = flag_of(row["opened"]),
                .notify_on_open = flag_of(row["notify_on_open"])};
}

core::View view_of(const pqxx::row& row) {
  return {.id = core::ViewId(uuid_of(row["view_id"])),
          .link_id = core::LinkId(uuid_of(row["link_id"])),
          .recipient = recipient_of(row),
          .opened_at = instant_of(row["opened_at"]),
          .open_class = core::open_class(text_of(row["class"])).value(),
          .reason = text_of(row["reason"]),
          .client = if_present(row["client"], text_of),
          .time_zone = if_present(row["time_zone"], text_of)};
}

}  // namespace

std::optional<Target> find(Transaction& transaction, const core::LinkKeys::Verified& token) {
  static const std::string kFind = std::string("/* view_store.find */ SELECT ")
                                       .append(kFactColumns)
                                       .append(kTarget)
                                       .append(kLinkWithShare)
                                       .append(kOfToken);
  const pqxx::result rows =
      transaction.run_prepared("view_store.find", kFind.c_str(), {token.link, token.kid});
  return target_in(rows, token.link);
}

// The share first, as whoever ends its links locks them.
std::optional<Target> lock(Transaction& transaction, const core::LinkKeys::Verified& token) {
  static const std::string kLock = std::string("/* view_store.lock */ SELECT ")
                                       .append(kFactColumns)
                                       .append(kTarget)
                                       .append(kLinkWithShare)
                                       .append(kOfToken)
                                       .append("\n   FOR SHARE OF s FOR NO KEY UPDATE OF l");
  const pqxx::result rows =
      transaction.run_prepared("view_store.lock", kLock.c_str(), {token.link, token.kid});
  return target_in(rows, token.link);
}

constexpr auto kCount = R"sql(/* view_store.count */
WITH reported AS (
  INSERT INTO reported_session (session_id, expires_at) VALUES ($4, $5)
      ON CONFLICT (session_id) DO NOTHING
  RETURNING session_id
)
UPDATE link SET opens_person = opens_person + ($6 = 'person')::integer,
                opens_scanner = opens_scanner + ($6 = 'scanner')::integer,
                opens_preview = opens_preview + ($6 = 'preview')::integer,
                opened = opened OR $6 = 'person'
  FROM reported
 WHERE link.workspace_id = $1 AND link.share_id = $2 AND link.link_id = $3)sql";

bool count(Transaction& transaction, const Target& target, core::OpenClass open_class,
           std::int64_t session, core::Instant session_end) {
  const pqxx::result rows =
      transaction.run_prepared("view_store.count", kCount,
                               {target.workspace, target.share, target.link, session, session_end,
                                core::to_text(open_class)});
  return rows.affected_rows() == 1;
}

constexpr auto kInsert = R"sql(/* view_store.insert */
INSERT INTO view (workspace_id, share_id, link_id, recipient_key, class, reason, client, time_zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8))sql";

void insert(Transaction& transaction, const Target& target, const NewView& view) {
  transaction.run_prepared(
      "view_store.insert", kInsert,
      {target.workspace, target.share, target.link, target.recipient_key,
       core::to_text(view.kind.open_class), view.kind.reason, view.client, view.time_zone});
}

// One row without a view tells a share that has none from no share. A link may have been given to
// somebody else since; of the first one, the address is known still.
constexpr auto kPage = R"sql(/* view_store.page */
SELECT s.share_id, v.view_id, v.link_id, v.opened_at, v.class, v.reason, v.client, v.time_zone,
       v.recipient_key,
       CASE WHEN l.recipient_key = v.recipient_key THEN l.recipient_name END AS recipient_name,
       CASE WHEN l.recipient_key = v.recipient_key THEN l.recipient_email
            ELSE v.recipient_key END AS recipient_email
  FROM share s
  LEFT JOIN LATERAL (
       SELECT view_id, link_id, opened_at, class, reason, client, time_zone, recipient_key
         FROM view
        WHERE workspace_id = $1 AND share_id = $2 AND ($3::uuid IS NULL OR view_id < $3)
        ORDER BY view_id DESC
        LIMIT $4) v ON true
  LEFT JOIN link l ON l.link_id = v.link_id
 WHERE s.workspace_id = $1 AND s.share_id = $2
 ORDER BY v.view_id DESC)sql";

std::optional<std::vector<core::View>> page(Transaction& transaction,
                                            const core::WorkspaceId& workspace,
                                            const core::ShareId& share,
                                            const core::PageRequest& request) {
  const pqxx::result rows =
      transaction.run(kPage, {workspace, share, request.after, request.size + 1});
  if (rows.empty()) {
    return std::nullopt;
  }
  std::vector<core::View> views;
  for (const auto& row : rows) {
    if (!row["view_id"].is_null()) {
      views.push_back(view_of(row));
    }
  }
  return views;
}

constexpr auto kErase = R"sql(/* view_store.erase */
WITH erased AS (
  DELETE FROM view WHERE workspace_id = $1 AND share_id = $2 AND recipient_key = $3
  RETURNING link_id
), quieted AS (
  UPDATE mail SET viewer_time_zone = NULL
   WHERE workspace_id = $1 AND share_id = $2 AND viewer_time_zone IS NOT NULL
     AND link_id IN (SELECT link_id FROM erased
                      UNION
                     SELECT link_id FROM link WHERE share_id = $2 AND recipient_key = $3)
)
SELECT count(*) AS views FROM erased)sql";

std::int64_t erase(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const std::string& recipient_key) {
  return integer_of(transaction.run(kErase, {workspace, share, recipient_key})[0]["views"]);
}

}  // namespace vitrine::store::view_store

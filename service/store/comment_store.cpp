#include "service/store/comment_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::comment_store {
namespace {

core::Comment comment_of(const pqxx::row& row) {
  const auto link = if_present(row["link_id"], uuid_of);
  return {.id = core::CommentId(uuid_of(row["comment_id"])),
          .share_id = core::ShareId(uuid_of(row["share_id"])),
          .link_id = link ? std::optional(core::LinkId(*link)) : std::nullopt,
          .at_ms = if_present(row["at_ms"], integer_of),
          .body = text_of(row["body"]),
          .author = if_present(row["author"], text_of),
          .created_at = instant_of(row["created_at"]),
          .updated_at = instant_of(row["updated_at"]),
          .version = integer_of(row["version"])};
}

}  // namespace

// What this waited for shows in the columns of the row it locks.
constexpr auto kLockShare = R"sql(/* comment_store.lock_share */
SELECT s.revoked_at IS NOT NULL AS share_revoked, r.duration_ms
  FROM share s
  JOIN recording r ON r.recording_uid = s.recording_uid
 WHERE s.workspace_id = $1 AND s.share_id = $2
   FOR UPDATE OF s)sql";

std::optional<Setting> lock_share(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share) {
  const pqxx::result rows = transaction.run(kLockShare, {workspace, share});
  if (rows.empty()) {
    return std::nullopt;
  }
  return Setting{flag_of(rows[0]["share_revoked"]), if_present(rows[0]["duration_ms"], integer_of)};
}

constexpr auto kInsert = R"sql(/* comment_store.insert */
INSERT INTO comment (workspace_id, share_id, comment_id, link_id, at_ms, body, author)
SELECT $1, $2, $3, $4, $5, $6, $7
 WHERE $8 > (SELECT count(comment_id) FROM comment WHERE workspace_id = $1 AND share_id = $2)
   AND ($4::uuid IS NULL OR EXISTS (
        SELECT link_id FROM link
         WHERE workspace_id = $1 AND share_id = $2 AND link_id = $4
           AND revoked_at IS NULL AND replaced_by IS NULL)))sql";

bool insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::CommentId& id, const core::CommentDraft& draft,
            int max_comments) {
  const pqxx::result rows = transaction.run(
      kInsert,
      {workspace, share, id, draft.link_id, draft.at_ms, draft.body, draft.author, max_comments});
  return rows.affected_rows() == 1;
}

constexpr auto kIsCurrentLink = R"sql(/* comment_store.is_current_link */
SELECT link_id FROM link
 WHERE workspace_id = $1 AND share_id = $2 AND link_id = $3
   AND revoked_at IS NULL AND replaced_by IS NULL)sql";

bool is_current_link(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::ShareId& share, const core::LinkId& link) {
  return !transaction.run(kIsCurrentLink, {workspace, share, link}).empty();
}

constexpr auto kFind = R"sql(/* comment_store.find */
SELECT comment_id, share_id, link_id, at_ms, body, author, created_at, updated_at, version
  FROM comment
 WHERE workspace_id = $1 AND share_id = $2 AND comment_id = $3)sql";

std::optional<core::Comment> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share, const core::CommentId& comment) {
  const pqxx::result rows = transaction.run(kFind, {workspace, share, comment});
  return rows.empty() ? std::nullopt : std::optional(comment_of(rows[0]));
}

// One row without a comment tells a share that has none from no share.
constexpr auto kPage = R"sql(/* comment_store.page */
SELECT s.share_id, c.comment_id, c.link_id, c.at_ms, c.body, c.author, c.created_at, c.updated_at,
       c.version
  FROM share s
  LEFT JOIN LATERAL (
       SELECT comment_id, link_id, at_ms, body, author, created_at, updated_at, version
         FROM comment
        WHERE workspace_id = $1 AND share_id = $2 AND ($3::uuid IS NULL OR comment_id > $3)
        ORDER BY comment_id
        LIMIT $4) c ON true
 WHERE s.workspace_id = $1 AND s.share_id = $2
 ORDER BY c.comment_id)sql";

std::optional<std::vector<core::Comment>> page(Transaction& transaction,
                                               const core::WorkspaceId& workspace,
                                               const core::ShareId& share,
                                               const core::PageRequest& request) {
  const pqxx::result rows =
      transaction.run(kPage, {workspace, share, request.after, request.size + 1});
  if (rows.empty()) {
    return std::nullopt;
  }
  std::vector<core::Comment> comments;
  for (const auto& row : rows) {
    if (!row["comment_id"].is_null()) {
      comments.push_back(comment_of(row));
    }
  }
  return comments;
}

constexpr auto kUpdate = R"sql(/* comment_store.update */
UPDATE comment SET body = $4, at_ms = $5, author = $6, updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND comment_id = $3)sql";

void update(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Comment& comment) {
  transaction.run(kUpdate, {workspace, comment.share_id, comment.id, comment.body, comment.at_ms,
                            comment.author});
}

constexpr auto kRemove = R"sql(/* comment_store.remove */
DELETE FROM comment WHERE workspace_id = $1 AND share_id = $2 AND comment_id = $3)sql";

void remove(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::CommentId& comment) {
  transaction.run(kRemove, {workspace, share, comment});
}

}  // namespace vitrine::store::comment_store

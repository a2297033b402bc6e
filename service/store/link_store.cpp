#include "service/store/link_store.hpp"

#include <algorithm>

#include "service/store/link_columns.hpp"
#include "service/store/session.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store::link_store {
namespace {

using Texts = std::vector<std::optional<std::string>>;

std::optional<std::string> name_of(const std::optional<core::Recipient>& recipient) {
  return recipient ? recipient->name : std::nullopt;
}

std::optional<std::string> email_of(const std::optional<core::Recipient>& recipient) {
  return recipient ? std::optional(recipient->email) : std::nullopt;
}

std::optional<std::string> key_of(const std::optional<core::Recipient>& recipient) {
  return recipient ? std::optional(recipient->key) : std::nullopt;
}

Setting setting_of(const pqxx::row& row) {
  return {.share_revoked = flag_of(row["share_revoked"]),
          .tracking = tracking_of(row["tracking"]),
          .now = instant_of(row["now"])};
}

}  // namespace

constexpr auto kInsertMany = R"sql(/* link_store.insert_many */
INSERT INTO link (workspace_id, share_id, link_id, kid, recipient_name, recipient_email,
                  recipient_key)
SELECT $1, $2, link_id, $3, name, email, key
  FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[]) AS new (link_id, name, email, key)
)sql";

void insert_many(Transaction& transaction, const core::WorkspaceId& workspace,
                 const core::ShareId& share, std::uint8_t kid, const std::vector<NewLink>& links) {
  Texts ids, names, emails, keys;
  for (const NewLink& link : links) {
    ids.emplace_back(link.id.uuid().text());
    names.push_back(name_of(link.recipient));
    emails.push_back(email_of(link.recipient));
    keys.push_back(key_of(link.recipient));
  }
  transaction.run_prepared("link_store.insert_many", kInsertMany,
                           {workspace, share, kid, array_text(ids), array_text(names),
                            array_text(emails), array_text(keys)});
}

// What this waited for shows in the row it locks.
constexpr auto kLockShare = R"sql(/* link_store.lock_share */
SELECT revoked_at IS NOT NULL AS share_revoked, tracking, now() AS now
  FROM share
 WHERE workspace_id = $1 AND share_id = $2
   FOR UPDATE)sql";

std::optional<Setting> lock_share(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share) {
  const pqxx::result rows = transaction.run(kLockShare, {workspace, share});
  return rows.empty() ? std::nullopt : std::optional(setting_of(rows[0]));
}

// One row without a link tells a share that has none from no share.
static std::string read_sql() {
  return std::string("/* link_store.read */\nSELECT ")
      .append(kEmailColumns)
      .append(R"sql(,
       s.revoked_at IS NOT NULL AS share_revoked, s.tracking, now() AS now,
       l.link_id, l.kid, l.recipient_name, l.recipient_email, l.recipient_key, l.views,
       l.created_at AS link_created_at, l.retires_at, l.replaced_by,
       l.revoked_at AS link_revoked_at, l.version AS link_version, l.opens_person,
       l.opens_scanner, l.opens_preview
  FROM share s
  LEFT JOIN LATERAL (
       SELECT link_id, kid, recipient_name, recipient_email, recipient_key, views, created_at,
              retires_at, replaced_by, revoked_at, version, opens_person, opens_scanner,
              opens_preview
         FROM link
        WHERE workspace_id = $1 AND share_id = $2
          AND ($3::uuid IS NULL OR link_id = $3) AND ($4::uuid IS NULL OR link_id > $4)
        ORDER BY link_id
        LIMIT $5) l ON true)sql")
      .append(kEmailOfLink)
      .append(R"sql(
 WHERE s.workspace_id = $1 AND s.share_id = $2
 ORDER BY l.link_id)sql");
}

static std::optional<Found> read(Transaction& transaction,
                                 std::initializer_list<Parameter> parameters) {
  static const std::string kRead = read_sql();
  const pqxx::result rows = transaction.run(kRead.c_str(), parameters);
  if (rows.empty()) {
    return std::nullopt;
  }
  Found found{setting_of(rows[0]), {}};
  for (const auto& row : rows) {
    if (!row["link_id"].is_null()) {
      found.links.push_back(link_of(row));
      found.links.back().opens = opens_of(row);
      found.links.back().email = mail_status_of(row);
    }
  }
  return found;
}

std::optional<Found> find(Transaction& transaction, const core::WorkspaceId& workspace,
                          const core::ShareId& share, const core::LinkId& link) {
  return read(transaction, {workspace, share, link, nullptr, 1});
}

std::optional<Found> page(Transaction& transaction, const core::WorkspaceId& workspace,
                          const core::ShareId& share, const core::PageRequest& request) {
  return read(transaction, {workspace, share, nullptr, request.after, request.size + 1});
}

constexpr auto kLock = R"sql(/* link_store.lock */
SELECT link_id, kid, recipient_name, recipient_email, recipient_key, views,
       created_at AS link_created_at, retires_at, replaced_by, revoked_at AS link_revoked_at,
       version AS link_version
  FROM link
 WHERE workspace_id = $1 AND share_id = $2 AND link_id = $3
   FOR UPDATE)sql";

std::optional<core::Link> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                               const core::ShareId& share, const core::LinkId& link) {
  const pqxx::result rows = transaction.run(kLock, {workspace, share, link});
  return rows.empty() ? std::nullopt : std::optional(link_of(rows[0]));
}

constexpr auto kInsert = R"sql(/* link_store.insert */
INSERT INTO link (workspace_id, share_id, link_id, kid, recipient_name, recipient_email,
                  recipient_key)
SELECT $1, $2, $3, $4, $5, $6, $7
 WHERE $8 > (SELECT count(link_id) FROM link
              WHERE workspace_id = $1 AND share_id = $2
                AND revoked_at IS NULL AND replaced_by IS NULL)
    ON CONFLICT (share_id, recipient_key)
       WHERE recipient_key IS NOT NULL AND revoked_at IS NULL AND replaced_by IS NULL
       DO NOTHING)sql";

bool insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, std::uint8_t kid, const NewLink& link,
            std::size_t max_current) {
  const pqxx::result rows =
      transaction.run(kInsert, {workspace, share, link.id, kid, name_of(link.recipient),
                                email_of(link.recipient), key_of(link.recipient), max_current});
  return rows.affected_rows() == 1;
}

constexpr auto kFindRecipient = R"sql(/* link_store.find_recipient */
SELECT link_id FROM link
 WHERE workspace_id = $1 AND share_id = $2 AND recipient_key = $3
   AND revoked_at IS NULL AND replaced_by IS NULL)sql";

std::optional<core::LinkId> find_recipient(Transaction& transaction,
                                           const core::WorkspaceId& workspace,
                                           const core::ShareId& share, const std::string& key) {
  const pqxx::result rows = transaction.run(kFindRecipient, {workspace, share, key});
  return rows.empty() ? std::nullopt : std::optional(core::LinkId(uuid_of(rows[0]["link_id"])));
}

constexpr auto kSetRecipient = R"sql(/* link_store.set_recipient */
UPDATE link SET recipient_name = $4, recipient_email = $5, recipient_key = $6,
                version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND link_id = $3
   AND NOT EXISTS (SELECT link_id FROM link other
                    WHERE other.workspace_id = $1 AND other.share_id = $2
                      AND other.recipient_key = $6 AND other.link_id <> $3
                      AND other.revoked_at IS NULL AND other.replaced_by IS NULL))sql";

bool set_recipient(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const core::LinkId& link,
                   const std::optional<core::Recipient>& recipient) {
  const pqxx::result rows = transaction.run(
      kSetRecipient,
      {workspace, share, link, name_of(recipient), email_of(recipient), key_of(recipient)});
  return rows.affected_rows() == 1;
}

// One statement, because each of the two links needs the other: the old one names its successor,
// and the recipient has to be free before the successor can have it.
constexpr auto kRotate = R"sql(/* link_store.rotate */
WITH old AS (
  UPDATE link SET retires_at = now() + make_interval(secs => $6), replaced_by = $4,
                  version = version + 1
   WHERE workspace_id = $1 AND share_id = $2 AND link_id = $3
  RETURNING workspace_id, share_id, recipient_name, recipient_email, recipient_key
)
INSERT INTO link (workspace_id, share_id, link_id, kid, recipient_name, recipient_email,
                  recipient_key)
SELECT workspace_id, share_id, $4, $5, recipient_name, recipient_email, recipient_key
  FROM old)sql";

constexpr auto kMoveComments = R"sql(/* link_store.move_comments */
UPDATE comment SET link_id = $4, updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND link_id = $3)sql";

void rotate(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::LinkId& link, const core::LinkId& successor,
            std::uint8_t kid, std::chrono::seconds grace) {
  transaction.run(kRotate, {workspace, share, link, successor, kid, grace.count()});
  transaction.run(kMoveComments, {workspace, share, link, successor});
}

// Whoever loses a link loses what it has replaced with it, which may be in its time of grace still.
constexpr auto kRevoke = R"sql(/* link_store.revoke */
WITH RECURSIVE line AS (
  SELECT link_id FROM link
   WHERE workspace_id = $1 AND share_id = $2 AND link_id = $3 AND revoked_at IS NULL
     AND ($4::bigint IS NULL OR version = $4)
   UNION ALL
  SELECT earlier.link_id FROM line
    JOIN link earlier ON earlier.share_id = $2 AND earlier.replaced_by = line.link_id
)
UPDATE link SET revoked_at = now(), version = version + 1
  FROM line
 WHERE link.link_id = line.link_id AND link.revoked_at IS NULL
   AND (link.link_id <> $3 OR $4::bigint IS NULL OR link.version = $4)
RETURNING link.link_id)sql";

std::vector<core::LinkId> revoke(Transaction& transaction, const core::WorkspaceId& workspace,
                                 const core::ShareId& share, const core::LinkId& link,
                                 std::optional<std::int64_t> expected_version) {
  std::vector<core::LinkId> revoked;
  for (const auto& row : transaction.run(kRevoke, {workspace, share, link, expected_version})) {
    revoked.emplace_back(uuid_of(row["link_id"]));
  }
  // Whoever changed it in the meantime has its version: then nothing of the line is to go.
  return std::ranges::find(revoked, link) == revoked.end() ? std::vector<core::LinkId>() : revoked;
}

constexpr auto kRevokeAll = R"sql(/* link_store.revoke_all */
UPDATE link SET revoked_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = ANY ($2::uuid[]) AND revoked_at IS NULL
RETURNING share_id, link_id)sql";

std::vector<OfShare> revoke_all(Transaction& transaction, const core::WorkspaceId& workspace,
                                const std::vector<core::ShareId>& shares) {
  std::vector<OfShare> revoked;
  for (const auto& row : transaction.run(kRevokeAll, {workspace, ids_text(shares)})) {
    revoked.push_back(
        {core::ShareId(uuid_of(row["share_id"])), core::LinkId(uuid_of(row["link_id"]))});
  }
  return revoked;
}

}  // namespace vitrine::store::link_store

#include "service/store/key_store.hpp"

#include "service/core/crypto.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::key_store {
namespace {

std::string bytea_text(const core::Sha256& digest) { return "\\x" + core::hex_encode(digest); }

std::string scopes_text(const core::Scopes& scopes) {
  std::vector<std::optional<std::string>> names;
  for (const core::Scope scope : core::kScopes) {
    if (scopes.allows(scope)) {
      names.emplace_back(core::to_text(scope));
    }
  }
  return array_text(names);
}

// A scope that this program does not know, written by a newer one, allows nothing.
core::Scopes scopes_of(const pqxx::field& field) {
  core::Scopes scopes;
  for (const std::string& name : texts_of(field)) {
    if (const auto scope = core::scope_of(name)) {
      scopes.add(*scope);
    }
  }
  return scopes;
}

Row row_of(const pqxx::row& row) {
  return {core::KeyId(uuid_of(row["key_id"])),
          text_of(row["name"]),
          scopes_of(row["scopes"]),
          instant_of(row["created_at"]),
          if_present(row["expires_at"], instant_of),
          if_present(row["revoked_at"], instant_of)};
}

std::optional<Revoked> revoked_from(const pqxx::result& rows) {
  if (rows.empty()) {
    return std::nullopt;
  }
  return Revoked{core::WorkspaceId(uuid_of(rows[0]["workspace_id"])), flag_of(rows[0]["just_now"])};
}

}  // namespace

constexpr auto kInsert = R"sql(/* key_store.insert */
INSERT INTO api_key (workspace_id, key_id, name, digest, scopes, expires_at, created_by)
SELECT workspace_id, $2, $3, $4, $5, $6, $7 FROM workspace WHERE workspace_id = $1
RETURNING key_id)sql";

bool insert(Transaction& transaction, const core::WorkspaceId& workspace, const NewKey& key) {
  return !transaction
              .run(kInsert, {workspace, key.id, key.name, bytea_text(key.digest),
                             scopes_text(key.scopes), key.expires_at, key.created_by})
              .empty();
}

constexpr auto kList = R"sql(/* key_store.list */
SELECT key_id, name, scopes, created_at, expires_at, revoked_at
  FROM api_key
 WHERE workspace_id = $1
 ORDER BY key_id DESC)sql";

std::vector<Row> list(Transaction& transaction, const core::WorkspaceId& workspace) {
  std::vector<Row> found;
  for (const auto& row : transaction.run(kList, {workspace})) {
    found.push_back(row_of(row));
  }
  return found;
}

constexpr auto kPage = R"sql(/* key_store.page */
SELECT key_id, name, scopes, created_at, expires_at, revoked_at
  FROM api_key
 WHERE workspace_id = $1 AND ($2::uuid IS NULL OR key_id < $2)
 ORDER BY key_id DESC
 LIMIT $3)sql";

core::Page<Row> page(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::PageRequest& request) {
  core::Page<Row> answer;
  // One more than asked for tells whether there is a next page.
  for (const auto& row : transaction.run(kPage, {workspace, request.after, request.size + 1})) {
    answer.items.push_back(row_of(row));
  }
  if (answer.items.size() > static_cast<std::size_t>(request.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().id.uuid();
  }
  return answer;
}

constexpr auto kFind = R"sql(/* key_store.find */
SELECT key_id, name, scopes, created_at, expires_at, revoked_at
  FROM api_key
 WHERE workspace_id = $1 AND key_id = $2)sql";

std::optional<Row> find(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::KeyId& id) {
  const pqxx::result rows = transaction.run(kFind, {workspace, id});
  return rows.empty() ? std::nullopt : std::optional(row_of(rows[0]));
}

constexpr auto kLockLiving = R"sql(/* key_store.lock_living */
SELECT expires_at, now() AS now
  FROM api_key
 WHERE workspace_id = $1 AND key_id = $2
   AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
   FOR SHARE)sql";

std::optional<Living> lock_living(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::KeyId& id) {
  const pqxx::result rows = transaction.run(kLockLiving, {workspace, id});
  if (rows.empty()) {
    return std::nullopt;
  }
  return Living{if_present(rows[0]["expires_at"], instant_of), instant_of(rows[0]["now"])};
}

constexpr auto kRevokeOfWorkspace = R"sql(/* key_store.revoke_of_workspace */
WITH revoked AS (
  UPDATE api_key SET revoked_at = now()
   WHERE workspace_id = $1 AND key_id = $2 AND revoked_at IS NULL
  RETURNING key_id
)
SELECT workspace_id, EXISTS (SELECT key_id FROM revoked) AS just_now
  FROM api_key
 WHERE workspace_id = $1 AND key_id = $2)sql";

std::optional<Revoked> revoke(Transaction& transaction, const core::WorkspaceId& workspace,
                              const core::KeyId& id) {
  return revoked_from(transaction.run(kRevokeOfWorkspace, {workspace, id}));
}

constexpr auto kRevoke = R"sql(/* key_store.revoke */
WITH revoked AS (
  UPDATE api_key SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL
  RETURNING key_id
)
SELECT workspace_id, EXISTS (SELECT key_id FROM revoked) AS just_now
  FROM api_key
 WHERE key_id = $1)sql";

std::optional<Revoked> revoke(Transaction& transaction, const core::KeyId& id) {
  return revoked_from(transaction.run(kRevoke, {id}));
}

constexpr auto kFindLiving = R"sql(/* key_store.find_living */
SELECT workspace_id, key_id, scopes
  FROM api_key
 WHERE digest = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))sql";

std::optional<core::Principal> find_living(Transaction& transaction, const core::Sha256& digest) {
  const pqxx::result rows =
      transaction.run_prepared("key_store.find_living", kFindLiving, {bytea_text(digest)});
  if (rows.empty()) {
    return std::nullopt;
  }
  return core::Principal{core::WorkspaceId(uuid_of(rows[0]["workspace_id"])),
                         core::KeyId(uuid_of(rows[0]["key_id"])), scopes_of(rows[0]["scopes"])};
}

constexpr auto kLiving = R"sql(/* key_store.living */
SELECT key_id
  FROM api_key
 WHERE key_id = ANY ($1::uuid[])
   AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()))sql";

std::set<core::KeyId> living(Transaction& transaction, const std::set<core::KeyId>& keys) {
  std::set<core::KeyId> found;
  for (const auto& row : transaction.run(kLiving, {ids_text(keys)})) {
    found.insert(core::KeyId(uuid_of(row["key_id"])));
  }
  return found;
}

}  // namespace vitrine::store::key_store

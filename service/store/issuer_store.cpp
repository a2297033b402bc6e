#include "service/store/issuer_store.hpp"

#include "service/core/crypto.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::issuer_store {
namespace {

std::string bytea_text(const std::string& text) {
  return "\\x" + core::hex_encode(core::bytes_of(text));
}

Trust trust_of(const pqxx::row& row) {
  return {text_of(row["algorithm"]), text_of(row["audience"]), if_present(row["jwks"], text_of),
          if_present(row["sealed_secret"], text_of)};
}

}  // namespace

// A row that was there before has been written by another transaction, so it was made before now.
constexpr auto kPut = R"sql(/* issuer_store.put */
INSERT INTO viewer_issuer (workspace_id, issuer, algorithm, audience, jwks, sealed_secret)
SELECT workspace_id, $2, $3, $4, $5, $6 FROM workspace WHERE workspace_id = $1
    ON CONFLICT (workspace_id, issuer)
       DO UPDATE SET algorithm = excluded.algorithm, audience = excluded.audience,
                     jwks = excluded.jwks, sealed_secret = excluded.sealed_secret,
                     updated_at = now()
RETURNING created_at < now() AS replaced)sql";

Put put(Transaction& transaction, const core::WorkspaceId& workspace, const std::string& issuer,
        const Trust& trust) {
  const auto sealed =
      trust.sealed_secret ? std::optional(bytea_text(*trust.sealed_secret)) : std::nullopt;
  const pqxx::result rows = transaction.run(
      kPut, {workspace, issuer, trust.algorithm, trust.audience, trust.jwks, sealed});
  if (rows.empty()) {
    return Put::no_such_workspace;
  }
  return flag_of(rows[0]["replaced"]) ? Put::replaced : Put::added;
}

constexpr auto kFind = R"sql(/* issuer_store.find */
SELECT algorithm, audience, jwks, convert_from(sealed_secret, 'UTF8') AS sealed_secret
  FROM viewer_issuer
 WHERE workspace_id = $1 AND issuer = $2)sql";

std::optional<Trust> find(Transaction& transaction, const core::WorkspaceId& workspace,
                          const std::string& issuer) {
  const pqxx::result rows = transaction.run(kFind, {workspace, issuer});
  return rows.empty() ? std::nullopt : std::optional(trust_of(rows[0]));
}

constexpr auto kList = R"sql(/* issuer_store.list */
SELECT issuer, algorithm, audience, jwks, convert_from(sealed_secret, 'UTF8') AS sealed_secret,
       created_at, updated_at
  FROM viewer_issuer
 WHERE workspace_id = $1
 ORDER BY issuer)sql";

std::vector<Row> list(Transaction& transaction, const core::WorkspaceId& workspace) {
  std::vector<Row> found;
  for (const auto& row : transaction.run(kList, {workspace})) {
    found.push_back({text_of(row["issuer"]), trust_of(row), instant_of(row["created_at"]),
                     instant_of(row["updated_at"])});
  }
  return found;
}

constexpr auto kRemove = R"sql(/* issuer_store.remove */
DELETE FROM viewer_issuer WHERE workspace_id = $1 AND issuer = $2 RETURNING issuer)sql";

bool remove(Transaction& transaction, const core::WorkspaceId& workspace,
            const std::string& issuer) {
  return !transaction.run(kRemove, {workspace, issuer}).empty();
}

}  // namespace vitrine::store::issuer_store

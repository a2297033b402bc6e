#include "service/store/workspace_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::workspace_store {
namespace {

Row row_of(const pqxx::row& row) {
  return {core::WorkspaceId(uuid_of(row["workspace_id"])), text_of(row["name"]),
          instant_of(row["created_at"])};
}

}  // namespace

constexpr auto kInsert = R"sql(/* workspace_store.insert */
INSERT INTO workspace (workspace_id, name) VALUES ($1, $2)
    ON CONFLICT (name) DO NOTHING
RETURNING workspace_id, name, created_at)sql";

std::optional<Row> insert(Transaction& transaction, const core::WorkspaceId& id,
                          const std::string& name) {
  const pqxx::result rows = transaction.run(kInsert, {id, name});
  return rows.empty() ? std::nullopt : std::optional(row_of(rows[0]));
}

constexpr auto kList = R"sql(/* workspace_store.list */
SELECT workspace_id, name, created_at FROM workspace ORDER BY name)sql";

std::vector<Row> list(Transaction& transaction) {
  std::vector<Row> found;
  for (const auto& row : transaction.run(kList)) {
    found.push_back(row_of(row));
  }
  return found;
}

}  // namespace vitrine::store::workspace_store

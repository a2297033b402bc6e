#include "service/store/policy_store.hpp"
#include "service/store/share_columns.hpp"
#include "service/store/share_filter_sql.hpp"
#include "service/store/share_list.hpp"

namespace vitrine::store::share_list {
namespace {

constexpr auto kNotRevoked = "\n   AND s.revoked_at IS NULL";

}  // namespace

constexpr auto kFindMany = R"sql(/* share_list.find_many */
WITH page AS (
  SELECT share_id FROM share WHERE workspace_id = $1 AND share_id = ANY ($2::uuid[])
))sql";

std::vector<core::Share> find_many(Transaction& transaction, const core::WorkspaceId& workspace,
                                   const std::vector<core::ShareId>& ids) {
  static const std::string sql =
      std::string(kFindMany) + shares_of_page(kLinksOfShare) + "\n ORDER BY s.share_id, l.link_id";
  const core::Policy policy = policy_store::find(transaction, workspace).policy;
  const pqxx::result rows = transaction.run(sql.c_str(), {workspace, ids_text(ids)});
  return shares_from(transaction, workspace, rows, policy);
}

std::vector<core::ShareId> lock_oldest(Transaction& transaction, const core::WorkspaceId& workspace,
                                       const core::ShareFilter& filter, int limit) {
  const ShareFilterSql fits(transaction, workspace, filter);
  std::vector<core::ShareId> ids;
  if (fits.is_empty()) {
    return ids;
  }
  const std::string sql = "/* share_list.lock_oldest */" + fits.with() + "\nSELECT s.share_id" +
                          fits.from_rows() + kNotRevoked +
                          "\n ORDER BY s.share_id\n LIMIT $13\n   FOR UPDATE OF s";
  for (const auto& row :
       transaction.run(sql.c_str(), fits.parameters({.size = limit, .after = {}}))) {
    ids.emplace_back(uuid_of(row["share_id"]));
  }
  return ids;
}

std::int64_t count_unrevoked(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::ShareFilter& filter) {
  const ShareFilterSql fits(transaction, workspace, filter);
  if (fits.is_empty()) {
    return 0;
  }
  const std::string sql = "/* share_list.count_unrevoked */" + fits.with() +
                          "\nSELECT count(s.share_id) AS shares" + fits.from_rows() + kNotRevoked;
  const auto rows = transaction.run(sql.c_str(), fits.parameters({.size = 1, .after = {}}));
  return integer_of(rows[0]["shares"]);
}

constexpr auto kRevokeShares = R"sql(/* share_list.revoke_shares */
UPDATE share SET revoked_at = now(), updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = ANY ($2::uuid[]) AND revoked_at IS NULL)sql";

void revoke_many(Transaction& transaction, const core::WorkspaceId& workspace,
                 const std::vector<core::ShareId>& ids) {
  transaction.run(kRevokeShares, {workspace, ids_text(ids)});
}

}  // namespace vitrine::store::share_list

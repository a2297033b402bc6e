#include "service/store/link_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::link_store {

constexpr auto kInsert = R"sql(/* link_store.insert */
INSERT INTO link (workspace_id, link_id, share_id, kid)
SELECT workspace_id, $3, share_id, $4 FROM share WHERE workspace_id = $1 AND share_id = $2)sql";

void insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::LinkId& id, std::uint8_t kid) {
  transaction.run(kInsert, {workspace, share, id, kid});
}

constexpr auto kRevokeAll = R"sql(/* link_store.revoke_all */
UPDATE link SET revoked_at = now()
  FROM share s
 WHERE s.workspace_id = $1 AND s.share_id = $2 AND link.share_id = s.share_id
   AND link.revoked_at IS NULL)sql";

void revoke_all(Transaction& transaction, const core::WorkspaceId& workspace,
                const core::ShareId& share) {
  transaction.run(kRevokeAll, {workspace, share});
}

}  // namespace vitrine::store::link_store

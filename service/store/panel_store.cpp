#include "service/store/panel_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::panel_store {

// The row is locked, so nobody can slip in between the existence test and the insert: `had` and the
// effect are of one statement anyway.
constexpr auto kPut = R"sql(/* panel_store.put */
WITH had AS (
  SELECT 1 FROM panel WHERE recording_uid = $2 AND kind = $3
)
INSERT INTO panel (recording_uid, kind, document)
SELECT recording_uid, $3, $4 FROM recording
 WHERE workspace_id = $1 AND recording_uid = $2 AND deleted_at IS NULL
    ON CONFLICT (recording_uid, kind)
    DO UPDATE SET document = excluded.document, updated_at = now()
RETURNING NOT EXISTS (SELECT 1 FROM had) AS created)sql";

bool put(Transaction& transaction, const core::WorkspaceId& workspace, const core::Uuid& uid,
         const core::PanelDocument& panel) {
  const pqxx::result rows =
      transaction.run(kPut, {workspace, uid, core::to_text(panel.kind), panel.json});
  return flag_of(rows.at(0)["created"]);
}

constexpr auto kFind = R"sql(/* panel_store.find */
SELECT p.document, p.updated_at
  FROM recording r
  JOIN panel p ON p.recording_uid = r.recording_uid
 WHERE r.workspace_id = $1 AND r.recording_id = $2 AND r.deleted_at IS NULL AND p.kind = $3)sql";

std::optional<Row> find(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::RecordingId& id, core::PanelKind kind) {
  const pqxx::result rows = transaction.run(kFind, {workspace, id, core::to_text(kind)});
  if (rows.empty()) {
    return std::nullopt;
  }
  return Row{text_of(rows[0]["document"]), instant_of(rows[0]["updated_at"])};
}

// One kind, or every one for NULL.
constexpr auto kRemove = R"sql(/* panel_store.remove */
DELETE FROM panel
 USING recording r
 WHERE r.workspace_id = $1 AND r.recording_uid = $2 AND panel.recording_uid = r.recording_uid
   AND ($3::text IS NULL OR panel.kind = $3))sql";

bool remove(Transaction& transaction, const core::WorkspaceId& workspace, const core::Uuid& uid,
            core::PanelKind kind) {
  return transaction.run(kRemove, {workspace, uid, core::to_text(kind)}).affected_rows() > 0;
}

void remove_all(Transaction& transaction, const core::WorkspaceId& workspace,
                const core::Uuid& uid) {
  transaction.run(kRemove, {workspace, uid, nullptr});
}

constexpr auto kBytesWithout = R"sql(/* panel_store.bytes_without */
SELECT coalesce(sum(p.bytes), 0)::bigint AS bytes
  FROM recording r
  JOIN panel p ON p.recording_uid = r.recording_uid
 WHERE r.workspace_id = $1 AND r.recording_uid = $2 AND p.kind <> $3)sql";

std::int64_t bytes_without(Transaction& transaction, const core::WorkspaceId& workspace,
                           const core::Uuid& uid, core::PanelKind kind) {
  return integer_of(
      transaction.run(kBytesWithout, {workspace, uid, core::to_text(kind)}).at(0)["bytes"]);
}

}  // namespace vitrine::store::panel_store

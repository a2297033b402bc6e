#include "service/store/share_store.hpp"

#include "service/store/session.hpp"

namespace vitrine::store::share_store {
namespace {

std::string visible_text(const core::Visibility& visibility) {
  std::vector<std::optional<std::string>> names;
  for (const core::Flag flag : core::kFlags) {
    if (visibility.shows(flag)) {
      names.emplace_back(core::to_text(flag));
    }
  }
  return array_text(names);
}

core::Visibility visibility_of(const pqxx::field& field) {
  core::Visibility visibility;
  for (const std::string& name : texts_of(field)) {
    if (const auto flag = core::visibility_flag(name)) {
      visibility.set(*flag, true);
    }
  }
  return visibility;
}

core::Share share_of(const pqxx::row& row) {
  const auto key = if_present(row["created_by"], uuid_of);
  return {.id = core::ShareId(uuid_of(row["share_id"])),
          .recording_id = core::RecordingId::parse(text_of(row["recording_id"])).value(),
          .title = if_present(row["title"], text_of),
          .label = if_present(row["label"], text_of),
          .metadata = if_present(row["metadata"], text_of),
          .visibility = visibility_of(row["visible"]),
          .window = {instant_of(row["starts_at"]), if_present(row["expires_at"], instant_of)},
          .disabled_at = if_present(row["disabled_at"], instant_of),
          .revoked_at = if_present(row["revoked_at"], instant_of),
          .created_at = instant_of(row["created_at"]),
          .created_by = key ? std::optional(core::KeyId(*key)) : std::nullopt,
          .updated_at = instant_of(row["updated_at"]),
          .version = integer_of(row["version"]),
          .links = {},
          .now = instant_of(row["now"])};
}

std::vector<core::Share> shares_from(const pqxx::result& rows) {
  std::vector<core::Share> found;
  for (const auto& row : rows) {
    if (found.empty() || found.back().id.uuid() != uuid_of(row["share_id"])) {
      found.push_back(share_of(row));
    }
    if (!row["link_id"].is_null()) {
      found.back().links.push_back(
          {core::LinkId(uuid_of(row["link_id"])), static_cast<std::uint8_t>(integer_of(row["kid"])),
           instant_of(row["link_created_at"]), if_present(row["link_revoked_at"], instant_of)});
    }
  }
  return found;
}

}  // namespace

constexpr auto kInsert = R"sql(/* share_store.insert */
INSERT INTO share (workspace_id, share_id, recording_uid, title, label, metadata, visible,
                   starts_at, expires_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))sql";

void insert(Transaction& transaction, const core::WorkspaceId& workspace, const NewShare& share) {
  const Content& content = share.content;
  transaction.run(kInsert, {workspace, share.id, share.recording_uid, content.title, content.label,
                            content.metadata, visible_text(content.visibility),
                            content.window.starts_at, content.window.expires_at, share.created_by});
}

// One statement for one share and for a page of them, planned for the parameters at hand: the NULL
// ones are gone before PostgreSQL chooses an index.
constexpr auto kRead = R"sql(/* share_store.read */
WITH page AS (
  SELECT share_id, recording_uid, title, label, metadata, visible, starts_at, expires_at,
         created_at, created_by, updated_at, disabled_at, revoked_at, version
    FROM share
   WHERE workspace_id = $1
     AND ($2::uuid IS NULL OR share_id = $2)
     AND ($3::uuid IS NULL OR share_id < $3)
     AND ($4::text IS NULL OR recording_uid = (
            SELECT recording_uid FROM recording
             WHERE workspace_id = $1 AND recording_id = $4 AND deleted_at IS NULL))
   ORDER BY share_id DESC
   LIMIT $5
)
SELECT page.share_id, r.recording_id, page.title, page.label, page.metadata, page.visible,
       page.starts_at, page.expires_at, page.created_at, page.created_by, page.updated_at,
       page.disabled_at, page.revoked_at, page.version, now() AS now,
       l.link_id, l.kid, l.created_at AS link_created_at, l.revoked_at AS link_revoked_at
  FROM page
  JOIN recording r ON r.recording_uid = page.recording_uid
  LEFT JOIN link l ON l.share_id = page.share_id
 ORDER BY page.share_id DESC, l.link_id)sql";

std::optional<core::Share> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id) {
  auto found = shares_from(transaction.run(kRead, {workspace, id, nullptr, nullptr, 1}));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

core::Page<core::Share> page(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::PageRequest& request,
                             const std::optional<core::RecordingId>& recording) {
  // One more than asked for tells whether there is a next page.
  core::Page<core::Share> answer;
  answer.items = shares_from(
      transaction.run(kRead, {workspace, nullptr, request.after, recording, request.size + 1}));
  if (answer.items.size() > static_cast<std::size_t>(request.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().id.uuid();
  }
  return answer;
}

constexpr auto kLock = R"sql(/* share_store.lock */
SELECT share_id FROM share WHERE workspace_id = $1 AND share_id = $2 FOR UPDATE)sql";

// Two statements on purpose: the second one's snapshot is taken when the lock is held, so it shows
// what whoever held it before has left.
std::optional<core::Share> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::ShareId& id) {
  if (transaction.run(kLock, {workspace, id}).empty()) {
    return std::nullopt;
  }
  return find(transaction, workspace, id);
}

constexpr auto kUpdate = R"sql(/* share_store.update */
UPDATE share SET title = $4, label = $5, metadata = $6, visible = $7, starts_at = $8,
                 expires_at = $9, updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool update(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version, const Content& content) {
  const pqxx::result rows =
      transaction.run(kUpdate, {workspace, id, version, content.title, content.label,
                                content.metadata, visible_text(content.visibility),
                                content.window.starts_at, content.window.expires_at});
  return rows.affected_rows() == 1;
}

constexpr auto kSetDisabled = R"sql(/* share_store.set_disabled */
UPDATE share SET disabled_at = CASE WHEN $4 THEN now() END, updated_at = now(),
                 version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool set_disabled(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& id, std::int64_t version, bool disabled) {
  return transaction.run(kSetDisabled, {workspace, id, version, disabled}).affected_rows() == 1;
}

constexpr auto kRevoke = R"sql(/* share_store.revoke */
UPDATE share SET revoked_at = now(), updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND share_id = $2 AND version = $3 AND revoked_at IS NULL)sql";

bool revoke(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& id,
            std::int64_t version) {
  return transaction.run(kRevoke, {workspace, id, version}).affected_rows() == 1;
}

}  // namespace vitrine::store::share_store

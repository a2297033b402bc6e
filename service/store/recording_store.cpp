#include "service/store/recording_store.hpp"

#include <algorithm>
#include <stdexcept>

#include "service/store/session.hpp"

namespace vitrine::store::recording_store {
namespace {

std::optional<core::Uuid> uid_of(const pqxx::result& rows) {
  return rows.empty() ? std::nullopt : std::optional(uuid_of(rows[0]["recording_uid"]));
}

std::optional<core::Owner> owner_of(const pqxx::row& row) {
  if (!flag_of(row["has_owner"])) {
    return std::nullopt;
  }
  return core::Owner{if_present(row["owner_id"], text_of), if_present(row["owner_name"], text_of),
                     if_present(row["owner_email"], text_of)};
}

core::Recording recording_of(const pqxx::row& row) {
  return {.id = core::RecordingId::parse(text_of(row["recording_id"])).value(),
          .title = text_of(row["title"]),
          .recorded_at = if_present(row["recorded_at"], instant_of),
          .duration_ms = if_present(row["duration_ms"], integer_of),
          .owner = owner_of(row),
          .media = {},
          .panels = {},
          .expires_at = if_present(row["expires_at"], instant_of),
          .created_at = instant_of(row["created_at"]),
          .updated_at = instant_of(row["updated_at"]),
          .version = integer_of(row["version"])};
}

// One row of the part columns: a media object, a panel, or nothing for a bare recording.
void add_part(core::Recording& recording, const pqxx::row& row) {
  if (!row["media_id"].is_null()) {
    recording.media.push_back(
        {text_of(row["media_id"]), core::media_role(text_of(row["role"])).value(),
         text_of(row["content_type"]), core::MediaKey::parse(text_of(row["key"])).value(),
         if_present(row["part_bytes"], integer_of)});
  } else if (!row["panel_kind"].is_null()) {
    recording.panels.push_back({core::panel_kind(text_of(row["panel_kind"])).value(),
                                integer_of(row["part_bytes"]),
                                instant_of(row["panel_updated_at"])});
  }
}

struct Selected {
  core::Uuid uid;
  core::Recording recording;
};

std::vector<Selected> selected_from(const pqxx::result& rows) {
  std::vector<Selected> found;
  for (const auto& row : rows) {
    const core::Uuid uid = uuid_of(row["recording_uid"]);
    if (found.empty() || found.back().uid != uid) {
      found.push_back({uid, recording_of(row)});
    }
    add_part(found.back().recording, row);
  }
  for (Selected& selected : found) {
    std::ranges::sort(selected.recording.panels, {}, &core::PanelSummary::kind);
  }
  return found;
}

}  // namespace

constexpr auto kPut = R"sql(/* recording_store.put */
INSERT INTO recording (workspace_id, recording_id, recording_uid, title, recorded_at, duration_ms,
                       has_owner, owner_id, owner_name, owner_email, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (workspace_id, recording_id) WHERE deleted_at IS NULL
    DO UPDATE SET title = excluded.title, recorded_at = excluded.recorded_at,
                  duration_ms = excluded.duration_ms, has_owner = excluded.has_owner,
                  owner_id = excluded.owner_id, owner_name = excluded.owner_name,
                  owner_email = excluded.owner_email, expires_at = excluded.expires_at,
                  updated_at = now(), version = recording.version + 1
RETURNING recording_uid)sql";

core::Uuid put(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::RecordingId& id, const core::Uuid& new_uid,
               const core::RecordingDraft& draft) {
  const core::Owner owner = draft.owner.value_or(core::Owner{});
  return *uid_of(transaction.run(
      kPut, {workspace, id, new_uid, draft.title, draft.recorded_at, draft.duration_ms,
             draft.owner.has_value(), owner.id, owner.name, owner.email, draft.expires_at}));
}

constexpr auto kDropMedia = R"sql(/* recording_store.drop_media */
DELETE FROM media_object
 USING recording r
 WHERE r.workspace_id = $1 AND r.recording_uid = $2
   AND media_object.recording_uid = r.recording_uid)sql";

constexpr auto kInsertMedia = R"sql(/* recording_store.insert_media */
INSERT INTO media_object (recording_uid, media_id, position, role, content_type, key, bytes)
SELECT r.recording_uid, m.media_id, m.number - 1, m.role, m.content_type, m.key, m.bytes
  FROM recording r,
       unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
         WITH ORDINALITY AS m (media_id, role, content_type, key, bytes, number)
 WHERE r.workspace_id = $1 AND r.recording_uid = $2)sql";

void replace_media(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::Uuid& uid, const std::vector<core::MediaObject>& media) {
  transaction.run(kDropMedia, {workspace, uid});
  if (media.empty()) {
    return;
  }
  std::vector<std::optional<std::string>> ids, roles, types, keys, sizes;
  for (const core::MediaObject& object : media) {
    ids.emplace_back(object.id);
    roles.emplace_back(core::to_text(object.role));
    types.emplace_back(object.content_type);
    keys.emplace_back(object.key.text());
    sizes.push_back(object.bytes ? std::optional(std::to_string(*object.bytes)) : std::nullopt);
  }
  transaction.run(kInsertMedia, {workspace, uid, array_text(ids), array_text(roles),
                                 array_text(types), array_text(keys), array_text(sizes)});
}

// One statement for one recording and for a page of them, so that a reader never sees the title of
// one version with the media of another. It is planned for the parameters at hand.
constexpr auto kRead = R"sql(/* recording_store.read */
WITH page AS (
  SELECT recording_uid, recording_id, title, recorded_at, duration_ms, has_owner, owner_id,
         owner_name, owner_email, expires_at, created_at, updated_at, version
    FROM recording
   WHERE workspace_id = $1 AND deleted_at IS NULL
     AND ($2::text IS NULL OR recording_id = $2)
     AND ($3::uuid IS NULL OR recording_uid < $3)
   ORDER BY recording_uid DESC
   LIMIT $4
)
SELECT page.recording_uid, page.recording_id, page.title, page.recorded_at, page.duration_ms,
       page.has_owner, page.owner_id, page.owner_name, page.owner_email, page.expires_at,
       page.created_at, page.updated_at, page.version,
       part.media_id, part.role, part.content_type, part.key, part.panel_kind, part.part_bytes,
       part.panel_updated_at
  FROM page
  LEFT JOIN LATERAL (
       SELECT m.position, m.media_id, m.role, m.content_type, m.key, NULL AS panel_kind,
              m.bytes AS part_bytes, NULL::timestamptz AS panel_updated_at
         FROM media_object m
        WHERE m.recording_uid = page.recording_uid
       UNION ALL
       SELECT NULL, NULL, NULL, NULL, NULL, p.kind, p.bytes, p.updated_at
         FROM panel p
        WHERE p.recording_uid = page.recording_uid
       ) part ON true
 ORDER BY page.recording_uid DESC, part.position)sql";

std::optional<core::Recording> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                    const core::RecordingId& id) {
  auto found = selected_from(transaction.run(kRead, {workspace, id, nullptr, 1}));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front().recording));
}

core::Page<core::Recording> page(Transaction& transaction, const core::WorkspaceId& workspace,
                                 const core::PageRequest& request) {
  // One more than asked for tells whether there is a next page.
  auto found =
      selected_from(transaction.run(kRead, {workspace, nullptr, request.after, request.size + 1}));
  core::Page<core::Recording> answer;
  if (found.size() > static_cast<std::size_t>(request.size)) {
    found.pop_back();
    answer.next = found.back().uid;
  }
  for (Selected& selected : found) {
    answer.items.push_back(std::move(selected.recording));
  }
  return answer;
}

constexpr auto kLocate = R"sql(/* recording_store.locate */
SELECT recording_uid, duration_ms, owner_email IS NOT NULL AS owner_has_email, now() AS now
  FROM recording
 WHERE workspace_id = $1 AND recording_id = $2 AND deleted_at IS NULL)sql";

std::optional<Place> locate(Transaction& transaction, const core::WorkspaceId& workspace,
                            const core::RecordingId& id) {
  const pqxx::result rows =
      transaction.run_prepared("recording_store.locate", kLocate, {workspace, id});
  if (rows.empty()) {
    return std::nullopt;
  }
  return Place{
      uuid_of(rows[0]["recording_uid"]),
      {if_present(rows[0]["duration_ms"], integer_of), flag_of(rows[0]["owner_has_email"])},
      instant_of(rows[0]["now"])};
}

constexpr auto kLock = R"sql(/* recording_store.lock */
SELECT version
  FROM recording
 WHERE workspace_id = $1 AND recording_id = $2 AND deleted_at IS NULL
   FOR UPDATE)sql";

std::optional<std::int64_t> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                                 const core::RecordingId& id) {
  const pqxx::result rows = transaction.run(kLock, {workspace, id});
  return rows.empty() ? std::nullopt : std::optional(integer_of(rows[0]["version"]));
}

constexpr auto kTouch = R"sql(/* recording_store.touch */
UPDATE recording SET updated_at = now(), version = version + 1
 WHERE workspace_id = $1 AND recording_id = $2 AND deleted_at IS NULL
RETURNING recording_uid)sql";

std::optional<core::Uuid> touch(Transaction& transaction, const core::WorkspaceId& workspace,
                                const core::RecordingId& id) {
  return uid_of(transaction.run(kTouch, {workspace, id}));
}

constexpr auto kBury = R"sql(/* recording_store.bury */
UPDATE recording SET deleted_at = now(), updated_at = now(), version = version + 1, title = '',
                     recorded_at = NULL, duration_ms = NULL, has_owner = false, owner_id = NULL,
                     owner_name = NULL, owner_email = NULL
 WHERE workspace_id = $1 AND recording_id = $2 AND deleted_at IS NULL
RETURNING recording_uid)sql";

std::optional<core::Uuid> bury(Transaction& transaction, const core::WorkspaceId& workspace,
                               const core::RecordingId& id) {
  return uid_of(transaction.run(kBury, {workspace, id}));
}

}  // namespace vitrine::store::recording_store

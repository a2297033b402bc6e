#include "service/store/policy_effects_store.hpp"

#include "service/store/link_columns.hpp"
#include "service/store/session.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store::policy_effects_store {
namespace {

core::Share share_of(const pqxx::row& row, const core::Policy& policy) {
  core::Share share{.id = core::ShareId(uuid_of(row["share_id"])),
                    .recording_id = core::RecordingId::parse(text_of(row["recording_id"])).value()};
  share.granted = granted_of(row);
  share.has_passcode = flag_of(row["has_passcode"]);
  share.clip = clip_of(row);
  share.disabled_at = if_present(row["disabled_at"], instant_of);
  share.policy = policy;
  share.now = instant_of(row["now"]);
  if (!row["link_id"].is_null()) {
    share.links.push_back(link_of(row));
  }
  return share;
}

}  // namespace

constexpr auto kPage = R"sql(/* policy_effects_store.page */
WITH page AS (
  SELECT share_id, recording_uid, audience, visible, starts_at, expires_at, tracking,
         passcode_hash, clip_start_ms, clip_end_ms, disabled_at, revoked_at
    FROM share
   WHERE workspace_id = $1 AND ($2::uuid IS NULL OR share_id < $2)
   ORDER BY share_id DESC
   LIMIT $3
)
SELECT page.share_id, r.recording_id, page.audience, page.visible, page.starts_at, page.expires_at,
       page.tracking, page.passcode_hash IS NOT NULL AS has_passcode, page.clip_start_ms,
       page.clip_end_ms, page.disabled_at, page.revoked_at, now() AS now,
       l.link_id, l.kid, l.recipient_name, l.recipient_email, l.recipient_key, l.views,
       l.created_at AS link_created_at, l.retires_at, l.replaced_by,
       l.revoked_at AS link_revoked_at, l.version AS link_version
  FROM page
  JOIN recording r ON r.recording_uid = page.recording_uid
  LEFT JOIN LATERAL (
    SELECT link_id, kid, recipient_name, recipient_email, recipient_key, views, created_at,
           retires_at, replaced_by, revoked_at, version
      FROM link
     WHERE link.workspace_id = $1 AND link.share_id = page.share_id AND page.revoked_at IS NULL
       AND recipient_key IS NOT NULL AND revoked_at IS NULL
       AND (retires_at IS NULL OR retires_at > now())
     LIMIT 1
  ) l ON true
 ORDER BY page.share_id DESC)sql";

core::Page<core::Share> page(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::Policy& policy, const core::PageRequest& request) {
  // One more than asked for tells whether there is a next page.
  const pqxx::result rows = transaction.run(kPage, {workspace, request.after, request.size + 1});
  core::Page<core::Share> answer;
  int passed = 0;
  for (const auto& row : rows) {
    if (passed++ == request.size) {
      break;
    }
    if (row["revoked_at"].is_null()) {
      answer.items.push_back(share_of(row, policy));
    }
  }
  if (passed > request.size) {
    answer.next = uuid_of(rows[request.size - 1]["share_id"]);
  }
  return answer;
}

}  // namespace vitrine::store::policy_effects_store

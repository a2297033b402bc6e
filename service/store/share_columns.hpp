#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "service/core/policy.hpp"
#include "service/core/share.hpp"
#include "service/store/link_columns.hpp"
#include "service/store/pool.hpp"

// How shares are read from rows. Only the stores include this.
namespace vitrine::store {

// The rest of a statement that begins with `WITH page AS (SELECT share_id ...)`: all there is to
// know about the shares of the page, one row for each of at most `links_per_share` of their links,
// and the database's clock as the statement begins: a transaction may have waited for the one that
// made a share, and began before it. Where there are more links, those that are neither revoked nor
// replaced come first, and of these the recipients'. The caller adds the order, in which the rows
// of a share must follow each other, oldest link first.
inline std::string shares_of_page(int links_per_share) {
  return R"sql(
SELECT s.share_id, r.recording_id, s.title, s.label, s.metadata, s.audience, s.visible, s.starts_at,
       s.expires_at, s.tracking, s.requested_visible,
       s.requested_expires_at, s.requested_tracking, s.max_views,
       s.passcode_hash IS NOT NULL AS has_passcode, s.clip_start_ms, s.clip_end_ms,
       s.sender_name, s.sender_email, s.sender_time_zone, s.notify_on_open,
       s.remind_before_seconds,
       s.created_at, s.created_by, s.updated_at, s.disabled_at, s.revoked_at,
       s.version, statement_timestamp() AS now,
       l.link_id, l.kid, l.recipient_name, l.recipient_email, l.recipient_key, l.views,
       l.created_at AS link_created_at, l.retires_at, l.replaced_by,
       l.revoked_at AS link_revoked_at, l.version AS link_version, l.opens_person,
       l.opens_scanner, l.opens_preview, l.link_count,
       )sql" +
         std::string(kEmailColumns) + R"sql(
  FROM page
  JOIN share s ON s.share_id = page.share_id
  JOIN recording r ON r.recording_uid = s.recording_uid
  LEFT JOIN LATERAL (
       SELECT link_id, kid, recipient_name, recipient_email, recipient_key, views, created_at,
              retires_at, replaced_by, revoked_at, version, opens_person, opens_scanner,
              opens_preview, count(*) OVER () AS link_count
         FROM link
        WHERE link.share_id = s.share_id
        ORDER BY revoked_at IS NULL AND replaced_by IS NULL DESC, recipient_key IS NULL, link_id
        LIMIT )sql" +
         std::to_string(links_per_share) + ") l ON true" + kEmailOfLink;
}

// As many links as a share may have at a time; and what a list shows of each share.
inline constexpr int kLinksOfShare = 1000;
inline constexpr int kLinksInList = 20;

// From the rows of such a statement. The opens of all links of a share are added up here; where
// they are tracked and not every link is among the rows, one more statement does it.
std::vector<core::Share> shares_from(Transaction& transaction, const core::WorkspaceId& workspace,
                                     const pqxx::result& rows, const core::Policy& policy);

}  // namespace vitrine::store

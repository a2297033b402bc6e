#pragma once

#include <optional>
#include <pqxx/pqxx>

#include "service/core/share.hpp"

// How a link is read from a row with the columns link_id, kid, recipient_name, recipient_email,
// recipient_key, views, link_created_at, retires_at, replaced_by, link_revoked_at and
// link_version. Only the stores include this.
namespace vitrine::store {

core::Link link_of(const pqxx::row& row);

// The last mail that was to bring the recipient of link l the link: its columns, and the join that
// finds it.
inline constexpr auto kEmailColumns =
    "e.state AS email_state, e.reason AS email_reason, e.updated_at AS email_at, "
    "e.attempts AS email_attempts";
inline constexpr auto kEmailOfLink = R"sql(
  LEFT JOIN LATERAL (
       SELECT state, reason, updated_at, attempts
         FROM mail
        WHERE mail.link_id = l.link_id AND mail.kind = 'shared'
        ORDER BY mail_id DESC
        LIMIT 1) e ON true)sql";
std::optional<core::MailStatus> mail_status_of(const pqxx::row& row);

// From the columns opens_person, opens_scanner and opens_preview.
core::OpenCounts opens_of(const pqxx::row& row);

// Nobody, for an anonymous link.
std::optional<core::Recipient> recipient_of(const pqxx::row& row);

}  // namespace vitrine::store

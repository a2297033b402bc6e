#pragma once

#include <optional>
#include <pqxx/pqxx>

#include "service/core/share.hpp"

// How a link is read from a row with the columns link_id, kid, recipient_name, recipient_email,
// recipient_key, views, link_created_at, retires_at, replaced_by, link_revoked_at and
// link_version. Only the stores include this.
namespace vitrine::store {

core::Link link_of(const pqxx::row& row);

// Nobody, for an anonymous link.
std::optional<core::Recipient> recipient_of(const pqxx::row& row);

}  // namespace vitrine::store

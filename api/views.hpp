#pragma once

#include "api/call.hpp"

// Opens of links: what viewers report, and what the sender sees of it.
namespace vitrine::api {

// POST /v1/resolve/open: public, like resolving. A token that is not genuine is refused here,
// without a question to the database.
void report_open(const Call& call, const Done& done, const Failed& failed);

http::Response list_views(const Call& call);   // GET /v1/shares/{share_id}/views
http::Response erase_views(const Call& call);  // DELETE, those of one recipient

}  // namespace vitrine::api

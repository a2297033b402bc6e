#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response list_links(const Call& call);   // GET /v1/shares/{share_id}/links
http::Response create_link(const Call& call);  // POST /v1/shares/{share_id}/links
http::Response get_link(const Call& call);     // GET /v1/shares/{share_id}/links/{link_id}
http::Response update_link(const Call& call);  // PATCH /v1/shares/{share_id}/links/{link_id}
http::Response delete_link(const Call& call);  // DELETE /v1/shares/{share_id}/links/{link_id}
http::Response rotate_link(const Call& call);  // POST /v1/shares/{share_id}/links/{link_id}/rotate

}  // namespace vitrine::api

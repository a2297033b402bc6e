#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response send_share(const Call& call);  // POST /v1/shares/{share_id}/send
http::Response send_link(const Call& call);   // POST /v1/shares/{share_id}/links/{link_id}/send

}  // namespace vitrine::api

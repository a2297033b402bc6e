#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response explain_share(const Call& call);  // GET /v1/shares/{share_id}/explain

}  // namespace vitrine::api

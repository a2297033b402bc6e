#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response create_share(const Call& call);   // POST /v1/shares
http::Response list_shares(const Call& call);    // GET /v1/shares
http::Response get_share(const Call& call);      // GET /v1/shares/{share_id}
http::Response update_share(const Call& call);   // PATCH /v1/shares/{share_id}
http::Response delete_share(const Call& call);   // DELETE /v1/shares/{share_id}
http::Response enable_share(const Call& call);   // POST /v1/shares/{share_id}/enable
http::Response disable_share(const Call& call);  // POST /v1/shares/{share_id}/disable
http::Response revoke_share(const Call& call);   // POST /v1/shares/{share_id}/revoke

// POST /v1/shares/{share_id}/reset-passcode-attempts
http::Response reset_passcode_attempts(const Call& call);

}  // namespace vitrine::api

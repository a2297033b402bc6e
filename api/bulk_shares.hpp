#pragma once

#include "api/call.hpp"

// Many shares in one call.
namespace vitrine::api {

http::Response bulk_create_shares(const Call& call);  // POST /v1/shares/bulk-create
http::Response bulk_revoke_shares(const Call& call);  // POST /v1/shares/bulk-revoke

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response create_key(const Call& call);  // POST /v1/keys
http::Response list_keys(const Call& call);   // GET /v1/keys
http::Response delete_key(const Call& call);  // DELETE /v1/keys/{key_id}

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response get_policy(const Call& call);       // GET /v1/policy
http::Response update_policy(const Call& call);    // PATCH /v1/policy
http::Response simulate_policy(const Call& call);  // POST /v1/policy/simulate
http::Response list_presets(const Call& call);     // GET /v1/presets

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

// All under /v1/shares/{share_id}/comments
namespace vitrine::api {

http::Response list_comments(const Call& call);   // GET
http::Response create_comment(const Call& call);  // POST
http::Response get_comment(const Call& call);     // GET /{comment_id}
http::Response update_comment(const Call& call);  // PATCH /{comment_id}
http::Response delete_comment(const Call& call);  // DELETE /{comment_id}

}  // namespace vitrine::api

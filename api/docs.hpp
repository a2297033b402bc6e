#pragma once

#include "api/call.hpp"

// The documentation that the service carries with it.
namespace vitrine::api {

http::Response get_index(const Call& call);    // GET /
http::Response get_docs(const Call& call);     // GET /docs
http::Response get_openapi(const Call& call);  // GET /openapi.yaml

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

// What each problem means, in plain words: JSON, or a page when Accept would rather have HTML.
namespace vitrine::api {

http::Response list_problems(const Call& call);  // GET /problems
http::Response get_problem(const Call& call);    // GET /problems/{code}

}  // namespace vitrine::api

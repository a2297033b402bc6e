#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "api/json_writer.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {

// One row of the catalogue: what an error code means to a client.
struct ProblemKind {
  core::ErrorCode code;
  int status;
  std::string_view title;        // the same for every occurrence
  std::string_view explanation;  // in plain words, what happened
  std::string_view remedy;       // what the caller can do
};

// Every error code once, in the order of the enumeration.
std::span<const ProblemKind> problem_kinds();
const ProblemKind& problem_kind(core::ErrorCode code);
const ProblemKind* problem_kind_of_slug(std::string_view slug);  // null when there is none

// The code as clients see it: `link_expired`.
std::string_view slug(core::ErrorCode code);

// What every problem carries beside the error itself.
struct ProblemContext {
  std::string_view public_url;  // without trailing slash
  std::string_view request_id;
};

// A problem as a part of another document: what the document below holds, without the request.
void write_problem(JsonWriter& json, const core::Error& error, std::string_view public_url);

// The problem document (RFC 9457) and its own headers: Content-Type, Retry-After, WWW-Authenticate,
// and Content-Range from the error's member "content_range".
http::Response problem_response(const core::Error& error, const ProblemContext& context);

}  // namespace vitrine::api

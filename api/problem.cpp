#include "api/problem.hpp"

#include <optional>
#include <string_view>

#include "api/json_writer.hpp"

namespace vitrine::api {
namespace {

using core::ErrorCode;

constexpr std::string_view kContentRange = "content_range";  // a header, not a member

// Errors that pass by themselves: trying again is the remedy.
bool is_passing(ErrorCode code) {
  return code == ErrorCode::overloaded || code == ErrorCode::unavailable ||
         code == ErrorCode::timeout;
}

void write_violations(JsonWriter& json, const std::vector<core::Violation>& violations) {
  json.name("errors").open_array();
  for (const core::Violation& violation : violations) {
    json.open_object()
        .member("pointer", violation.pointer)
        .member("code", violation.code)
        .member("detail", violation.detail)
        .close_object();
  }
  json.close_array();
}

}  // namespace

const ProblemKind* problem_kind_of_slug(std::string_view wanted) {
  for (const ProblemKind& kind : problem_kinds()) {
    if (slug(kind.code) == wanted) {
      return &kind;
    }
  }
  return nullptr;
}

http::Response problem_response(const core::Error& error, const ProblemContext& context) {
  const ProblemKind& kind = problem_kind(error.code());
  const std::string_view code = slug(error.code());
  JsonWriter json;
  json.open_object()
      .member("type", std::string(context.public_url) + "/problems/" + std::string(code))
      .member("title", kind.title)
      .member("status", kind.status)
      .member("detail", error.what())
      .member("code", code)
      .member("request_id", context.request_id);
  if (!error.violations().empty()) {
    write_violations(json, error.violations());
  }
  http::Response response;
  for (const auto& [name, value] : error.members()) {
    if (name == kContentRange) {
      response.headers.set("Content-Range", value);
    } else {
      json.member(name, value);
    }
  }
  json.close_object();

  response.status = kind.status;
  response.headers.set("Content-Type", "application/problem+json");
  if (error.code() == ErrorCode::unauthenticated) {
    response.headers.set("WWW-Authenticate", "Bearer");
  }
  if (const auto delay = error.retry_after()) {
    response.headers.set("Retry-After", std::to_string(delay->count()));
  } else if (is_passing(error.code())) {
    response.headers.set("Retry-After", "1");
  }
  response.body = json.take();
  return response;
}

}  // namespace vitrine::api

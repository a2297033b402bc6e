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

constexpr std::string_view kMatched = "matched";  // a number

void write_kind(JsonWriter& json, const core::Error& error, std::string_view public_url) {
  const ProblemKind& kind = problem_kind(error.code());
  const std::string_view code = slug(error.code());
  json.member("type", std::string(public_url) + "/problems/" + std::string(code))
      .member("title", kind.title)
      .member("status", kind.status)
      .member("detail", error.what())
      .member("code", code);
}

void write_violations(JsonWriter& json, const std::vector<core::Violation>& violations) {
  if (violations.empty()) {
    return;
  }
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

// Every 401 names what is missing (RFC 9110 section 15.5.2). What a link asks for travels in the
// body, so it is no registered scheme, which a browser might answer by itself.
std::string_view challenge_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::unauthenticated:
      return "Bearer";
    case ErrorCode::viewer_required:
      return "Vitrine realm=\"viewer_token\"";
    case ErrorCode::passcode_required:
    case ErrorCode::passcode_invalid:
      return "Vitrine realm=\"passcode\"";
    default:
      return "";
  }
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

void write_problem(JsonWriter& json, const core::Error& error, std::string_view public_url) {
  json.open_object();
  write_kind(json, error, public_url);
  write_violations(json, error.violations());
  json.close_object();
}

http::Response problem_response(const core::Error& error, const ProblemContext& context) {
  constexpr std::size_t kUsualSize = 512;
  JsonWriter json(kUsualSize);
  json.open_object();
  write_kind(json, error, context.public_url);
  json.member("request_id", context.request_id);
  write_violations(json, error.violations());
  http::Response response;
  for (const auto& [name, value] : error.members()) {
    if (name == kContentRange) {
      response.headers.set("Content-Range", value);
    } else if (name == kMatched) {
      json.name(name).raw(value);
    } else {
      json.member(name, value);
    }
  }
  json.close_object();

  response.status = problem_kind(error.code()).status;
  response.headers.set("Content-Type", "application/problem+json");
  if (const std::string_view challenge = challenge_of(error.code()); !challenge.empty()) {
    response.headers.set("WWW-Authenticate", std::string(challenge));
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

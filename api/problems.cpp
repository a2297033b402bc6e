#include "api/problems.hpp"

#include <span>
#include <string>

#include "api/answer.hpp"
#include "api/json_writer.hpp"
#include "api/media_type.hpp"
#include "api/problem.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::string_view kPageHead =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    "<title>Vitrine problems</title><style>body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;"
    "margin:2rem auto;padding:0 1rem}code{font-size:1.1rem}</style></head><body>";

void write(JsonWriter& json, const ProblemKind& kind) {
  json.open_object()
      .member("code", slug(kind.code))
      .member("title", kind.title)
      .member("status", kind.status)
      .member("explanation", kind.explanation)
      .member("remedy", kind.remedy)
      .close_object();
}

// The catalogue is ours and holds no character that HTML would need escaped.
std::string section(const ProblemKind& kind) {
  const std::string code(slug(kind.code));
  return "<section id=\"" + code + "\"><h2>" + std::string(kind.title) + "</h2><p><code>" + code +
         "</code>, status " + std::to_string(kind.status) + "</p><p>" +
         std::string(kind.explanation) + "</p><p><strong>What to do:</strong> " +
         std::string(kind.remedy) + "</p></section>";
}

http::Response page(std::span<const ProblemKind> kinds) {
  std::string html(kPageHead);
  for (const ProblemKind& kind : kinds) {
    html += section(kind);
  }
  html += "<p><a href=\"/problems\">All problems</a> · <a href=\"/docs\">Documentation</a></p>";
  http::Response response = public_answer("text/html; charset=utf-8", html + "</body></html>\n");
  response.headers.set("Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                       "form-action 'none'; frame-ancestors 'none'");
  return response;
}

http::Response with_vary(http::Response response) {
  response.headers.add("Vary", "Accept");
  return response;
}

}  // namespace

http::Response list_problems(const Call& call) {
  if (prefers_html(call.request.head.headers)) {
    return with_vary(page(problem_kinds()));
  }
  JsonWriter json;
  json.open_object().name("items").open_array();
  for (const ProblemKind& kind : problem_kinds()) {
    write(json, kind);
  }
  json.close_array().close_object();
  return with_vary(public_answer("application/json", json.take()));
}

http::Response get_problem(const Call& call) {
  const ProblemKind* kind = problem_kind_of_slug(call.path["code"]);
  if (kind == nullptr) {
    throw core::Error(core::ErrorCode::not_found, "There is no problem of this name.");
  }
  if (prefers_html(call.request.head.headers)) {
    return with_vary(page({kind, 1}));
  }
  JsonWriter json;
  write(json, *kind);
  return with_vary(public_answer("application/json", json.take()));
}

}  // namespace vitrine::api

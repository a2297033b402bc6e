#include "api/answer_headers.hpp"

#include <string>

namespace vitrine::api {
namespace {

void add_if_absent(http::Headers& headers, std::string_view name, std::string_view value) {
  if (headers.count(name) == 0) {
    headers.add(std::string(name), std::string(value));
  }
}

}  // namespace

void add_common_headers(http::Headers& answer, const AnswerContext& context, const Cors& cors) {
  answer.set("X-Request-Id", std::string(context.request_id));
  add_if_absent(answer, "X-Content-Type-Options", "nosniff");
  add_if_absent(answer, "Cache-Control", "no-store");
  add_if_absent(answer, "Referrer-Policy", "no-referrer");
  if (context.hide_from_robots) {
    answer.set("X-Robots-Tag", "noindex, nofollow, noarchive");
    answer.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  }
  cors.allow(context.request, answer);
}

}  // namespace vitrine::api

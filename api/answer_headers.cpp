#include "api/answer_headers.hpp"

#include <algorithm>
#include <initializer_list>

namespace vitrine::api {
namespace {

http::Headers fields(std::initializer_list<http::Header> list) {
  http::Headers fields;
  for (const http::Header& field : list) {
    fields.add(field.name, field.value);
  }
  return fields;
}

// In one piece where none is set yet, as is usual.
void add_absent(const http::Headers& more, http::Headers& answer) {
  const auto is_set = [&](const http::Header& field) { return answer.count(field.name) > 0; };
  if (std::none_of(more.begin(), more.end(), is_set)) {
    answer.add(more);
    return;
  }
  for (const http::Header field : more) {
    if (!is_set(field)) {
      answer.add(field.name, field.value);
    }
  }
}

}  // namespace

void add_common_headers(http::Headers& answer, const AnswerContext& context, const Cors& cors) {
  static const http::Headers kOfEvery = fields({{"X-Content-Type-Options", "nosniff"},
                                                {"Cache-Control", "no-store"},
                                                {"Referrer-Policy", "no-referrer"}});
  static const http::Headers kHidden =
      fields({{"X-Robots-Tag", "noindex, nofollow, noarchive"},
              {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}});
  answer.set("X-Request-Id", context.request_id);
  add_absent(kOfEvery, answer);
  if (context.hide_from_robots) {
    add_absent(kHidden, answer);
  }
  cors.allow(context.request, answer);
}

}  // namespace vitrine::api

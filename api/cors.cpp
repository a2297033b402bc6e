#include "api/cors.hpp"

#include <algorithm>

namespace vitrine::api {

bool Cors::allows(const http::Headers& request) const {
  const auto origin = request.get("Origin");
  return origin && request.count("Origin") == 1 &&
         std::find(origins_.begin(), origins_.end(), *origin) != origins_.end();
}

void Cors::allow(const http::Headers& request, http::Headers& answer) const {
  if (origins_.empty()) {
    return;
  }
  answer.add("Vary", "Origin");
  if (allows(request)) {
    answer.set("Access-Control-Allow-Origin", std::string(*request.get("Origin")));
    answer.set("Access-Control-Expose-Headers",
               "Accept-Ranges, Content-Disposition, Content-Range, ETag, Location, RateLimit, "
               "RateLimit-Policy, Retry-After, X-Request-Id");
  }
}

void Cors::allow_preflight(const http::Headers& request, std::string_view methods,
                           http::Headers& answer) const {
  if (!allows(request) || !request.get("Access-Control-Request-Method")) {
    return;
  }
  answer.set("Access-Control-Allow-Methods", std::string(methods));
  answer.set("Access-Control-Allow-Headers",
             "Authorization, Content-Type, If-Match, If-Range, Last-Event-ID, Range, X-Request-Id");
  answer.set("Access-Control-Max-Age", "600");
}

}  // namespace vitrine::api

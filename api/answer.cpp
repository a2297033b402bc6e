#include "api/answer.hpp"

#include <utility>

namespace vitrine::api {

http::Response json_answer(std::string json) {
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  response.body = std::move(json);
  return response;
}

http::Response created(std::string_view location, std::string json) {
  http::Response response = json_answer(std::move(json));
  response.status = 201;
  response.headers.set("Location", std::string(location));
  return response;
}

http::Response no_content() {
  http::Response response;
  response.status = 204;
  return response;
}

http::Response public_answer(std::string_view content_type, std::string body) {
  http::Response response;
  response.headers.set("Content-Type", std::string(content_type));
  response.headers.set("Cache-Control", "public, max-age=300");
  response.body = std::move(body);
  return response;
}

}  // namespace vitrine::api

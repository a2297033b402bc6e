#include "api/docs.hpp"

#include <string>

#include "api/answer.hpp"
#include "api/docs/docs_page.hpp"
#include "api/json_writer.hpp"
#include "service/embedded_file.hpp"
#include "service/telemetry/version.hpp"

namespace vitrine::api {

http::Response get_index(const Call& call) {
  const std::string base(call.services.public_url);
  JsonWriter json;
  json.open_object()
      .member("name", "Vitrine")
      .member("version", telemetry::version())
      .member("documentation", base + "/docs")
      .member("openapi", base + "/openapi.yaml")
      .member("problems", base + "/problems")
      .close_object();
  return public_answer("application/json", json.take());
}

http::Response get_docs(const Call&) {
  http::Response response = public_answer("text/html; charset=utf-8", std::string(docs_page()));
  response.headers.set("Content-Security-Policy", std::string(kDocsPagePolicy));
  return response;
}

http::Response get_openapi(const Call&) {
  return public_answer("application/yaml", std::string(embedded_openapi().front().content));
}

}  // namespace vitrine::api

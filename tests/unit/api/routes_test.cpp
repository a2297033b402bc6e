#include "api/routes.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <sstream>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::ErrorCode;
using http::Method;

namespace {

std::string_view operation_at(std::string_view path, Method method) {
  return routes()[find_route(routes(), path, method)].operation_id;
}

}  // namespace

TEST_CASE("every operation has a row of its own", "[api][routes]") {
  std::set<std::string_view> ids;
  std::set<std::pair<std::string_view, Method>> places;
  for (const Route& route : routes()) {
    INFO(route.operation_id);
    CHECK(ids.insert(route.operation_id).second);
    CHECK(places.insert({route.path, route.method}).second);
  }
  CHECK(operation_ids().size() == ids.size());
}

TEST_CASE("every path template is well formed", "[api][routes]") {
  for (const Route& route : routes()) {
    INFO(route.path);
    CHECK(route.path.starts_with('/'));
    CHECK((route.path == "/" || !route.path.ends_with('/')));
    CHECK(route.path.find("//") == std::string_view::npos);
    std::istringstream segments{std::string(route.path)};
    for (std::string segment; std::getline(segments, segment, '/');) {
      const bool opens = segment.find('{') != std::string::npos;
      CHECK(opens == segment.starts_with('{'));
      CHECK(opens == segment.ends_with('}'));
    }
  }
}

TEST_CASE("management asks for a scope, and the database's threads", "[api][routes]") {
  for (const Route& route : routes()) {
    INFO(route.operation_id);
    const bool managed = route.path.starts_with("/v1/") && !route.path.starts_with("/v1/resolve");
    CHECK(route.scope.has_value() == managed);
    CHECK((route.execution == Execution::blocking) == managed);
    if (managed) {
      // A simulation needs a body and changes nothing.
      const bool reads = route.method == Method::get || route.operation_id == "simulatePolicy";
      const std::string wanted = route.path.starts_with("/v1/keys") ? ":admin"
                                 : reads                            ? ":read"
                                                                    : ":write";
      CHECK_THAT(std::string(core::to_text(*route.scope)), Catch::EndsWith(wanted));
    }
  }
}

TEST_CASE("handlers that are asynchronous run on their own, and no others", "[api][routes]") {
  for (const Route& route : routes()) {
    // Whoever waits for events begins with a look at them.
    const bool answers_later =
        route.execution == Execution::own || route.operation_id == "listEvents";
    CHECK(answers_later == std::holds_alternative<AsyncHandler>(route.handler));
  }
}

TEST_CASE("a request finds its operation", "[api][routes]") {
  CHECK(operation_at("/v1/recordings/a", Method::put) == "putRecording");
  CHECK(operation_at("/v1/shares/shr_x/enable", Method::post) == "enableShare");
  CHECK(operation_at("/v1/shares", Method::head) == "listShares");
  CHECK(operation_at("/v%31/shares", Method::get) == "listShares");
  CHECK(operation_at("/media/a/b/c.ogg", Method::get) == "getMedia");
  CHECK(operation_at("/", Method::get) == "getIndex");
  CHECK(operation_at("/v1/shares/{share_id}", Method::get) == "getShare");
  CHECK(operation_at("/v1/shares/bulk-create", Method::post) == "bulkCreateShares");
}

TEST_CASE("an unknown path is not found, a known one names its methods", "[api][routes]") {
  for (const std::string path : {"/v1", "/v1/", "/v1/shares/", "/V1/shares", "/v1/shares/a/b",
                                 "/v1/shares/a/enable/x", "/favicon.ico", "/livez", "/media/"}) {
    INFO(path);
    CHECK(failure_of([&] { find_route(routes(), path, Method::get); }).code() ==
          ErrorCode::not_found);
    CHECK(allowed_methods(routes(), path).empty());
  }
  CHECK(failure_of([] { find_route(routes(), "/v1/shares", Method::put); }).code() ==
        ErrorCode::method_not_allowed);
  CHECK(failure_of([] { find_route(routes(), "/v1/resolve", Method::get); }).code() ==
        ErrorCode::method_not_allowed);
  CHECK(allowed_methods(routes(), "/v1/shares") == "GET, HEAD, OPTIONS, POST");
  CHECK(allowed_methods(routes(), "/v1/shares/x") == "DELETE, GET, HEAD, OPTIONS, PATCH");
  CHECK(allowed_methods(routes(), "/v1/resolve") == "OPTIONS, POST");
}

TEST_CASE("the routes are described one in a line", "[api][routes]") {
  const std::string text = describe_routes();
  CHECK(text.find("PUT /v1/recordings/{recording_id} putRecording recordings:write\n") !=
        std::string::npos);
  CHECK(text.find("POST /v1/resolve resolveLink public\n") != std::string::npos);
  CHECK(text.find("GET /readyz getReadyz admin\n") != std::string::npos);
}

// The dispatcher with everything behind it real, but no database within reach.
#include "api/dispatcher.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "api/json_reader.hpp"
#include "service/comments.hpp"
#include "service/core/api_key.hpp"
#include "service/event_watch.hpp"
#include "service/issuers.hpp"
#include "service/key_admin.hpp"
#include "service/keys.hpp"
#include "service/link_urls.hpp"
#include "service/links.hpp"
#include "service/mails.hpp"
#include "service/opens.hpp"
#include "service/passcodes.hpp"
#include "service/policies.hpp"
#include "service/recordings.hpp"
#include "service/resolver/explanations.hpp"
#include "service/resolver/resolver.hpp"
#include "service/shares.hpp"
#include "service/store/pool.hpp"
#include "service/telemetry/metrics.hpp"
#include "service/webhooks.hpp"
#include "service/worker_pool.hpp"
#include "tests/unit/api/door_parts.hpp"
#include "tests/unit/api/fake_exchange.hpp"

using namespace vitrine;
using namespace vitrine::api;
using http::Method;

namespace {

struct Door {
  explicit Door(RouteTable table = routes(), std::vector<IpNetwork> proxies = {})
      : routes_served(table), trusted_proxies(std::move(proxies)) {}

  RouteTable routes_served;
  std::vector<IpNetwork> trusted_proxies;
  store::Pool pool{{.database_url = "host=/nonexistent connect_timeout=1",
                    .size = 1,
                    .acquire_timeout = std::chrono::milliseconds(100)}};
  std::shared_ptr<const core::LinkKeys> keys = link_keys();
  LinkUrls urls{"https://app.example.com/s#{token}", false, keys};
  WorkerPool database{"database", 1, 8};
  WorkerPool files{"files", 1, 8};
  telemetry::Metrics metrics{operation_ids()};
  NoMedia no_media;
  Recordings recordings{pool};
  Passcodes passcodes;
  Shares shares{pool, urls, passcodes};
  Links links{pool, urls};
  Mails mails{pool, false};
  Comments comments{pool};
  Keys api_keys{pool};
  Policies policies{pool};
  KeyAdmin key_admin{pool, *keys};
  Issuers issuers{pool, *keys};
  ReadHosts hosts{pool, "host=/nonexistent connect_timeout=1", ""};
  Resolver resolver{{pool, hosts, database, files, passcodes, issuers, no_media,
                     ViewingSessions(*keys, std::chrono::seconds(600)), std::chrono::seconds(300)}};
  Explanations explanations{pool};
  Opens opens{pool, database, ViewingSessions(*keys, std::chrono::seconds(600))};
  Events events{pool};
  EventWatch event_watch{pool, events, database, [] { return std::size_t{1}; }};
  Webhooks webhooks{pool, *keys, jobs::Destinations::public_https};
  PageTokens page_tokens{core::SecretKey{}};
  Dispatcher dispatcher{
      {"https://v.example.com", {"https://app.example.com"}, trusted_proxies},
      {recordings, shares, links, comments, api_keys, key_admin, resolver, urls, nullptr,
       page_tokens, policies, explanations, opens, events, event_watch, webhooks, mails},
      database,
      files,
      metrics,
      routes_served};

  http::Response answer(const FakeRequest& request) { return answer_to(dispatcher, request); }
};

const http::Header kJson{"Content-Type", "application/json"};

http::Response tell_client(const Call& call) {
  http::Response response;
  response.body = call.client_address.text();
  return response;
}
void tell_whether_wanted(const Call& call, const Done& done, const Failed&) {
  http::Response response;
  response.body = call.client_waits() ? "wanted" : "for nobody";
  done(std::move(response));
}
http::Response fail_strangely(const Call&) { throw std::runtime_error("secret at 0xdeadbeef"); }
http::Response fail_worse(const Call&) { throw 42; }
void forget(const Call&, const Done&, const Failed&) {}
void answer_and_fail(const Call&, const Done& done, const Failed&) {
  done(http::Response());
  throw std::runtime_error("too late");
}

const Route kTellingRoutes[] = {
    {"a", "/a", Method::get, {}, Execution::inline_, {}, {}, tell_client},
    {"b", "/b", Method::get, {}, Execution::own, {}, {}, tell_whether_wanted},
};

const Route kFaultyRoutes[] = {
    {"a", "/a", Method::get, {}, Execution::inline_, {}, {}, fail_strangely},
    {"b", "/b", Method::get, {}, Execution::blocking, {}, {}, fail_strangely},
    {"c", "/c", Method::get, {}, Execution::blocking, {}, {}, fail_worse},
    {"d", "/d", Method::get, {}, Execution::own, {}, {}, forget},
    {"e", "/e", Method::get, {}, Execution::own, {}, {}, answer_and_fail},
};

std::string code_of(const http::Response& response) {
  CHECK(header(response, "content-type") == "application/problem+json");
  const auto problem = Json::parse(response.body);
  CHECK(problem["status"] == response.status);
  CHECK(problem["request_id"] == header(response, "X-Request-Id"));
  return problem["code"];
}

}  // namespace

TEST_CASE("a stranger's body is refused before it is read", "[api][dispatcher]") {
  Door door;
  const auto admit = [&](const std::vector<http::Header>& more) {
    http::RequestHead head = head_of({.method = Method::put, .path = "/v1/recordings/a"});
    head.content_length = 32 << 20;
    head.headers.add(kJson.name, kJson.value);
    for (const http::Header& field : more) {
      head.headers.add(field.name, field.value);
    }
    return door.dispatcher.admit(head).refusal;
  };
  const std::string key = core::make_api_key({1, 2, 3});
  CHECK(admit({}).value().status == 401);
  CHECK(admit({{"Authorization", "Bearer " + key + "x"}}).value().status == 401);
  CHECK_FALSE(admit({{"Authorization", "Bearer " + key}}).has_value());
}

TEST_CASE("what is not there is not found", "[api][dispatcher]") {
  Door door;
  const auto response = door.answer({.path = "/nowhere"});
  CHECK(response.status == 404);
  CHECK(code_of(response) == "not_found");
}

TEST_CASE("a method that a path does not take is told the others", "[api][dispatcher]") {
  Door door;
  const auto response = door.answer({.method = Method::put, .path = "/v1/shares"});
  CHECK(response.status == 405);
  CHECK(code_of(response) == "method_not_allowed");
  CHECK(header(response, "Allow") == "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("TRACE, which only the edge sees, is told the methods too", "[api][dispatcher]") {
  Door door;
  const auto head = head_of({.path = "/v1/shares"});
  const auto response =
      door.dispatcher.refuse(core::ErrorCode::method_not_allowed, "No TRACE here.", &head);
  CHECK(header(response, "Allow") == "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("a body that is no JSON is refused before who asks is known", "[api][dispatcher]") {
  Door door;
  const auto typed = door.answer({.method = Method::post,
                                  .path = "/v1/shares",
                                  .headers = {{"Content-Type", "text/plain"}},
                                  .body = "{}"});
  CHECK(typed.status == 415);
  const auto untyped =
      door.answer({.method = Method::post, .path = "/v1/shares/x/revoke", .body = "{}"});
  CHECK(untyped.status == 415);
}

TEST_CASE("an operation without a body asks for no length and no type", "[api][dispatcher]") {
  Door door;
  const auto response = door.answer({.method = Method::post, .path = "/v1/shares/x/enable"});
  CHECK(code_of(response) == "unauthenticated");
}

TEST_CASE("a length is asked for before a type", "[api][dispatcher]") {
  Door door;
  CHECK(code_of(door.answer({.method = Method::post, .path = "/v1/shares"})) == "length_required");
}

TEST_CASE("a body past its operation's limit is refused", "[api][dispatcher]") {
  Door door;
  const auto response = door.answer({.method = Method::post,
                                     .path = "/v1/resolve",
                                     .headers = {kJson},
                                     .body = std::string((64 << 10) + 1, ' ')});
  CHECK(response.status == 413);
  CHECK(code_of(response) == "content_too_large");
  CHECK(header(response, "X-Robots-Tag") == "noindex, nofollow, noarchive");
}

TEST_CASE("whoever shows no good key gets one and the same answer", "[api][dispatcher]") {
  Door door;
  std::string first;
  for (const std::string credential :
       {"", "Basic dTpw", "Bearer", "Bearer vtk_short", "Bearer not-even-close"}) {
    auto response =
        door.answer({.path = "/v1/shares",
                     .headers = {{"Authorization", credential}, {"X-Request-Id", "same"}}});
    CHECK(response.status == 401);
    CHECK(header(response, "WWW-Authenticate") == "Bearer");
    first = first.empty() ? response.body : first;
    CHECK(response.body == first);
  }
}

TEST_CASE("two credentials are malformed", "[api][dispatcher]") {
  Door door;
  const auto response =
      door.answer({.path = "/v1/shares",
                   .headers = {{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}}});
  CHECK(response.status == 400);
}

TEST_CASE("who asks is judged before what is asked for", "[api][dispatcher]") {
  Door door;
  CHECK(code_of(door.answer({.method = Method::post,
                             .path = "/v1/shares",
                             .headers = {kJson},
                             .body = "{",
                             .query = "x=1"})) == "unauthenticated");
}

TEST_CASE("OPTIONS tells what is allowed", "[api][dispatcher]") {
  Door door;
  const auto response = door.answer({.method = Method::options, .path = "/v1/shares/x"});
  CHECK(response.status == 204);
  CHECK(header(response, "Allow") == "DELETE, GET, HEAD, OPTIONS, PATCH");
  CHECK(header(response, "Access-Control-Allow-Methods") == "absent");
}

TEST_CASE("a listed origin may ask ahead, another learns nothing", "[api][dispatcher]") {
  Door door;
  const auto preflight = [&](const std::string& origin) {
    return door.answer(
        {.method = Method::options,
         .path = "/v1/resolve",
         .headers = {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}}});
  };
  const auto listed = preflight("https://app.example.com");
  CHECK(listed.status == 204);
  CHECK(header(listed, "Access-Control-Allow-Origin") == "https://app.example.com");
  CHECK(header(listed, "Access-Control-Allow-Methods") == "OPTIONS, POST");
  CHECK(header(listed, "Access-Control-Max-Age") == "600");
  CHECK(header(listed, "Access-Control-Allow-Credentials") == "absent");
  for (const std::string origin : {"https://app.example.com.evil.org", "null", "*",
                                   "HTTPS://app.example.com", "https://app.example.com:444"}) {
    const auto foreign = preflight(origin);
    CHECK(header(foreign, "Access-Control-Allow-Origin") == "absent");
    CHECK(header(foreign, "Access-Control-Allow-Methods") == "absent");
    CHECK(header(foreign, "Vary") == "Origin");
  }
}

TEST_CASE("every answer carries the same safe headers", "[api][dispatcher]") {
  Door door;
  for (const std::string path : {"/", "/nowhere", "/v1/shares"}) {
    const auto response = door.answer({.path = path, .headers = {{"X-Request-Id", "mine"}}});
    INFO(path);
    CHECK(header(response, "X-Request-Id") == "mine");
    CHECK(header(response, "X-Content-Type-Options") == "nosniff");
    CHECK(header(response, "Referrer-Policy") == "no-referrer");
    CHECK(header(response, "Cache-Control") == (path == "/" ? "public, max-age=300" : "no-store"));
  }
}

TEST_CASE("HEAD is answered as GET is", "[api][dispatcher]") {
  Door door;
  const auto get = door.answer({.path = "/problems/not_found"});
  const auto head = door.answer({.method = Method::head, .path = "/problems/not_found"});
  CHECK(head.status == 200);
  CHECK(head.body == get.body);
}

TEST_CASE("a query that an operation does not know is refused", "[api][dispatcher]") {
  Door door;
  CHECK(code_of(door.answer({.path = "/problems", .query = "x=1"})) == "invalid_parameter");
}

TEST_CASE("a problem is explained to programs and to people", "[api][dispatcher]") {
  Door door;
  const auto json = Json::parse(door.answer({.path = "/problems/link_expired"}).body);
  CHECK(json["status"] == 410);
  CHECK(json.contains("remedy"));
  const auto page = door.answer(
      {.path = "/problems/link_expired", .headers = {{"Accept", "text/html,*/*;q=0.5"}}});
  CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body.find("link_expired") != std::string::npos);
  CHECK(door.answer({.path = "/problems/nothing"}).status == 404);
  CHECK(Json::parse(door.answer({.path = "/problems"}).body)["items"].size() > 30);
}

TEST_CASE("a forged token is not found without a question to the database", "[api][dispatcher]") {
  Door door;
  const std::string genuine = door.keys->mint(core::LinkId(core::Uuid{}), 1);
  const std::string flipped = (genuine[0] == 'A' ? 'B' : 'A') + genuine.substr(1);
  for (const std::string& token : {std::string(), flipped, genuine.substr(0, 43), genuine + "\\n",
                                   std::string(10'000, 'A'), "vtk_" + genuine}) {
    const auto response = door.answer({.method = Method::post,
                                       .path = "/v1/resolve",
                                       .headers = {kJson},
                                       .body = "{\"token\":\"" + token + "\"}"});
    CHECK(response.status == 404);
    CHECK(code_of(response) == "link_not_found");
    CHECK(header(response, "X-Robots-Tag") == "noindex, nofollow, noarchive");
    CHECK(header(response, "Content-Security-Policy") ==
          "default-src 'none'; frame-ancestors 'none'");
  }
  CHECK(door.pool.stats().opened_total == 0);
  CHECK(door.metrics.text().find("vitrine_resolve_total{outcome=\"forged\"} 6") !=
        std::string::npos);
}

TEST_CASE("without its database the service says so and hides why", "[api][dispatcher]") {
  Door door;
  const std::string genuine = door.keys->mint(core::LinkId(core::Uuid{}), 1);
  const auto response = door.answer({.method = Method::post,
                                     .path = "/v1/resolve",
                                     .headers = {kJson},
                                     .body = "{\"token\":\"" + genuine + "\"}"});
  CHECK(response.status == 503);
  CHECK(header(response, "Retry-After") == "1");
  CHECK(response.body.find("nonexistent") == std::string::npos);
}

TEST_CASE("when too many wait, the next is refused at once", "[api][dispatcher]") {
  Door door;
  door.database.stop();
  const auto response = door.answer({.path = "/v1/shares"});
  CHECK(response.status == 503);
  CHECK(code_of(response) == "overloaded");
}

TEST_CASE("a handler is told the client, who may be behind a proxy of ours", "[api][dispatcher]") {
  const FakeRequest request{.path = "/a",
                            .headers = {{"X-Forwarded-For", "198.51.100.1, 203.0.113.9"}}};
  CHECK(Door(kTellingRoutes).answer(request).body == "192.0.2.1");
  CHECK(Door(kTellingRoutes, {IpNetwork::parse("192.0.2.0/24").value()}).answer(request).body ==
        "203.0.113.9");
}

TEST_CASE("a handler is told when its client has left", "[api][dispatcher]") {
  Door door(kTellingRoutes);
  CHECK(door.answer({.path = "/b"}).body == "wanted");
  CHECK(door.answer({.path = "/b", .client_leaves = true}).body == "for nobody");
}

TEST_CASE("media that lies elsewhere is not found here", "[api][dispatcher]") {
  Door door;
  CHECK(code_of(door.answer({.path = "/media/a%zz", .query = "x=%zz"})) == "not_found");
}

TEST_CASE("what the edge refuses becomes a problem, even without a head", "[api][dispatcher]") {
  Door door;
  const auto response =
      door.dispatcher.refuse(core::ErrorCode::malformed_request, "No Host field.", nullptr);
  CHECK(response.status == 400);
  CHECK(code_of(response) == "malformed_request");
}

TEST_CASE("an exception that nobody foresaw is hidden from the client", "[api][dispatcher]") {
  Door door(kFaultyRoutes);
  for (const std::string path : {"/a", "/b", "/c", "/d"}) {
    INFO(path);
    const auto response = door.answer({.path = path, .headers = {{"X-Request-Id", "r-1"}}});
    CHECK(response.status == 500);
    CHECK(code_of(response) == "internal");
    CHECK(response.body.find("secret") == std::string::npos);
    CHECK(header(response, "X-Request-Id") == "r-1");
  }
}

TEST_CASE("a request is answered once, whatever its handler does", "[api][dispatcher]") {
  Door door(kFaultyRoutes);
  CHECK(door.answer({.path = "/e"}).status == 200);
  CHECK(door.metrics.text().find("vitrine_http_requests_in_flight 0") != std::string::npos);
}

TEST_CASE("every request is counted and none stays in flight", "[api][dispatcher]") {
  Door door;
  door.answer({.path = "/"});
  door.answer({.path = "/nowhere"});
  door.answer({.path = "/v1/shares"});
  const std::string text = door.metrics.text();
  CHECK(text.find("vitrine_http_requests_in_flight 0") != std::string::npos);
  CHECK(text.find("{operation=\"getIndex\",status=\"200\"} 1") != std::string::npos);
  CHECK(text.find("{operation=\"other\",status=\"404\"} 1") != std::string::npos);
  CHECK(text.find("{operation=\"listShares\",status=\"401\"} 1") != std::string::npos);
}

// What the header fields of a request mean.
#include <catch2/catch.hpp>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "api/auth.hpp"
#include "api/media_type.hpp"
#include "api/precondition.hpp"
#include "api/request_id.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::ErrorCode;

namespace {

http::Headers with(const std::string& name, const std::vector<std::string>& values) {
  http::Headers headers;
  for (const std::string& value : values) {
    headers.add(name, value);
  }
  return headers;
}

std::optional<std::int64_t> expected_of(const std::vector<std::string>& values,
                                        std::int64_t current = 3) {
  return Precondition(with("If-Match", values)).expected([&] { return current; });
}

}  // namespace

TEST_CASE("JSON in UTF-8 is read, however it is spelled", "[api][headers]") {
  for (const std::string type :
       {"application/json", "Application/JSON", "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"", "application/json ;"}) {
    INFO(type);
    CHECK_NOTHROW(require_json(with("Content-Type", {type}), false));
  }
  CHECK_NOTHROW(require_json(with("content-type", {"application/merge-patch+json"}), true));
}

TEST_CASE("any other format is refused before it is read", "[api][headers]") {
  const auto headers = GENERATE(values<http::Headers>({
      {},
      with("Content-Type", {"text/plain"}),
      with("Content-Type", {"application/merge-patch+json"}),
      with("Content-Type", {"application/json; charset=latin1"}),
      with("Content-Type", {"application/json; version=1"}),
      with("Content-Type", {"application/json", "application/json"}),
      with("Content-Type", {""}),
  }));
  CHECK(failure_of([&] { require_json(headers, false); }).code() ==
        ErrorCode::unsupported_media_type);
}

TEST_CASE("a compressed body is refused", "[api][headers]") {
  auto headers = with("Content-Type", {"application/json"});
  headers.add("Content-Encoding", "identity");
  CHECK_NOTHROW(require_json(headers, false));
  headers.add("Content-Encoding", "gzip");
  CHECK(failure_of([&] { require_json(headers, false); }).code() ==
        ErrorCode::unsupported_media_type);
}

TEST_CASE("browsers get pages and programs get JSON", "[api][headers]") {
  CHECK(prefers_html(with("Accept", {"text/html,application/xhtml+xml,*/*;q=0.8"})));
  CHECK(prefers_html(with("Accept", {"application/json;q=0.2", "text/html;q=0.3"})));
  CHECK_FALSE(prefers_html({}));
  CHECK_FALSE(prefers_html(with("Accept", {"*/*"})));
  CHECK_FALSE(prefers_html(with("Accept", {"text/html;q=0"})));
  CHECK_FALSE(prefers_html(with("Accept", {"text/html, application/json"})));
  CHECK_FALSE(prefers_html(with("Accept", {";q=", "zzz"})));
}

TEST_CASE("who rather wants a stream of events gets one", "[api][headers]") {
  CHECK(prefers_event_stream(with("Accept", {"text/event-stream"})));
  CHECK(prefers_event_stream(with("Accept", {"application/json;q=0.5", "Text/Event-Stream"})));
  CHECK_FALSE(prefers_event_stream({}));
  CHECK_FALSE(prefers_event_stream(with("Accept", {"application/json, text/event-stream"})));
  CHECK_FALSE(prefers_event_stream(with("Accept", {"text/html", "*/*"})));
}

TEST_CASE("a bearer key is found, whatever the case of the scheme", "[api][headers]") {
  CHECK(bearer_secret(with("authorization", {"Bearer vtk_x"})) == "vtk_x");
  CHECK(bearer_secret(with("Authorization", {"bearer  vtk_x"})) == "vtk_x");
}

TEST_CASE("anything else is no credential, and two of them are malformed", "[api][headers]") {
  for (const std::string value : {"Basic dTpw", "Bearer", "Bearer ", "vtk_x", ""}) {
    INFO(value);
    CHECK_FALSE(bearer_secret(with("Authorization", {value})).has_value());
  }
  CHECK_FALSE(bearer_secret({}).has_value());
  CHECK(failure_of([] {
          bearer_secret(with("Authorization", {"Bearer a", "Bearer a"}));
        }).code() == ErrorCode::malformed_request);
}

TEST_CASE("If-Match compares strongly", "[api][headers]") {
  CHECK_FALSE(Precondition({}).expected([] { return 3; }).has_value());
  CHECK_FALSE(expected_of({"*"}).has_value());
  CHECK(expected_of({"\"3\""}) == 3);
  CHECK(expected_of({"\"2\", \"3\""}) == 3);
  CHECK(expected_of({"\"2\"", "\"3\""}) == 3);
  CHECK(expected_of({"\"3\" ,\"4\""}, 4) == 4);
  constexpr std::int64_t kNever = -1;
  CHECK(expected_of({"W/\"3\""}) == kNever);
  CHECK(expected_of({"\"old\""}) == kNever);
  CHECK(expected_of({"\"03\""}) == kNever);
  CHECK(expected_of({"\"\""}) == kNever);
  CHECK(expected_of({"\"1\",\"2\""}) == kNever);
}

TEST_CASE("a malformed If-Match is refused", "[api][headers]") {
  for (const std::string value :
       {"1", "\"1", "1\"", "", "\"1\" \"2\"", "\"1\",", "*, \"1\"", "w/\"1\"", "\"a b\""}) {
    INFO(value);
    CHECK(failure_of([&] { expected_of({value}); }).code() == ErrorCode::invalid_parameter);
  }
}

TEST_CASE("a usable request id is echoed", "[api][headers]") {
  const std::string longest(64, 'a');
  CHECK(request_id(with("X-Request-Id", {"A-z_0.9"})) == "A-z_0.9");
  CHECK(request_id(with("x-request-id", {longest})) == longest);
}

TEST_CASE("any other request id is replaced by a new one", "[api][headers]") {
  for (const std::string& value : {std::string(), std::string(65, 'a'), std::string("a b"),
                                   std::string("a\r\nX: y"), std::string("é")}) {
    const std::string made = request_id(with("X-Request-Id", {value}));
    CHECK(made != value);
    CHECK(made.size() == 26);
  }
  CHECK(request_id(with("X-Request-Id", {"a", "a"})).size() == 26);
  CHECK(request_id({}) != request_id({}));
}

TEST_CASE("new request ids are unlike each other, on one thread and on several", "[api][headers]") {
  std::mutex mutex;
  std::set<std::string> ids;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int made = 0; made < 1000; ++made) {
        std::string id = request_id({});
        const std::lock_guard lock(mutex);
        ids.insert(std::move(id));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(ids.size() == 2000);
}

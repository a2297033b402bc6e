// Method: a real folder, a real worker pool, and the answers as the edge would take them, piece by
// piece. Catch2 v2 assertions run on the test's own thread only.
#include "api/media.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "api/media_body.hpp"
#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/core/http_date.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace vitrine;
using core::ErrorCode;
using http::Method;

namespace {

std::string patterned(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<char>((i * 2654435761U) >> 13);
  }
  return bytes;
}

// A media folder and the service around it, with requests as verbs.
class Scene {
 public:
  explicit Scene(std::size_t queue = 16) : files("test", 2, queue) {
    folder.write("demo.mp3", content);
  }

  media::Grant grant(const std::string& key = "demo.mp3") const {
    return {core::MediaKey::parse(key).value(), "audio/mpeg", std::nullopt,
            wall_clock_now() + std::chrono::seconds(60)};
  }

  struct Outcome {
    std::optional<http::Response> response;
    std::optional<core::Error> error;

    int status() const { return response.value().status; }
    std::string header(std::string_view name) const {
      REQUIRE(response);
      REQUIRE(response->headers.count(name) <= 1);
      return std::string(response->headers.get(name).value_or("-"));
    }
  };

  Outcome ask(const media::Grant& grant, const std::vector<http::Header>& fields = {},
              Method method = Method::get) {
    http::Request request;
    const std::string url = store.sign(grant);
    request.head.method = method;
    request.head.path = url.substr(0, url.find('?'));
    request.head.query = url.substr(url.find('?') + 1);
    for (const http::Header& field : fields) {
      request.head.headers.add(field.name, field.value);
    }
    return ask(request);
  }

  Outcome ask(const http::Request& request) {
    using Result = std::variant<http::Response, std::exception_ptr>;
    std::promise<Result> promise;
    api::get_media(
        request, store, files, [&](http::Response r) { promise.set_value(std::move(r)); },
        [&](std::exception_ptr e) { promise.set_value(std::move(e)); });
    Result result = promise.get_future().get();
    if (auto* response = std::get_if<http::Response>(&result)) {
      return {std::move(*response), std::nullopt};
    }
    try {
      std::rethrow_exception(std::get<std::exception_ptr>(result));
    } catch (const core::Error& error) {
      return {std::nullopt, error};
    }
  }

  // All bytes of an answer, taken one piece after the other.
  static std::string body(const Outcome& outcome) {
    REQUIRE(outcome.response);
    const auto& source = outcome.response->source;
    if (!source) {
      return outcome.response->body;
    }
    std::string all;
    while (all.size() < source->size()) {
      const std::string piece = next(*source);
      if (piece.empty()) {
        break;
      }
      REQUIRE(piece.size() <= std::size_t{256} * 1024);
      all += piece;
    }
    return all;
  }

  static std::string next(http::BodySource& source) {
    std::promise<std::string> piece;
    source.next([&](std::string bytes) { piece.set_value(std::move(bytes)); });
    return piece.get_future().get();
  }

  const std::string content = patterned(700'000);
  test::TemporaryFolder folder;
  WorkerPool files;
  media::LocalStore store{folder.path(), "",
                          std::make_shared<core::LinkKeys>(
                              std::vector<core::LinkKey>{{1, core::KeyState::active, {}}})};
};

ErrorCode code(const Scene::Outcome& outcome) { return outcome.error.value().code(); }

}  // namespace

TEST_CASE("a granted object arrives byte for byte", "[api][media]") {
  Scene scene;
  const auto answer = scene.ask(scene.grant());
  CHECK(answer.status() == 200);
  CHECK(Scene::body(answer) == scene.content);
  CHECK(answer.response->source->size() == scene.content.size());
}

TEST_CASE("an answer says what it is, and that nothing in it may run", "[api][media]") {
  Scene scene;
  const auto answer = scene.ask(scene.grant());
  CHECK(answer.header("Content-Type") == "audio/mpeg");
  CHECK(answer.header("Content-Disposition") == "inline");
  CHECK(answer.header("Accept-Ranges") == "bytes");
  CHECK(answer.header("ETag").starts_with('"'));
  CHECK(core::parse_http_date(answer.header("Last-Modified")));
  CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  CHECK(answer.header("Content-Security-Policy") == "sandbox; default-src 'none'");
  CHECK(answer.header("Cross-Origin-Resource-Policy") == "cross-origin");
  CHECK(answer.header("Cache-Control") == "private, max-age=0, must-revalidate");
  CHECK(answer.header("Content-Range") == "-");
}

TEST_CASE("a type that is not on the list is served as mere bytes", "[api][media]") {
  Scene scene;
  media::Grant grant = scene.grant();
  grant.content_type = "text/html";
  CHECK(scene.ask(grant).header("Content-Type") == "application/octet-stream");
}

TEST_CASE("a download is saved under its name", "[api][media]") {
  Scene scene;
  media::Grant grant = scene.grant();
  grant.download_name = "Weekly\r\nreview.mp3";
  CHECK(scene.ask(grant).header("Content-Disposition") ==
        "attachment; filename=\"Weeklyreview.mp3\"; filename*=UTF-8''Weeklyreview.mp3");
}

TEST_CASE("a player can seek anywhere", "[api][media]") {
  Scene scene;
  struct Case {
    std::string range;
    std::size_t first, last;
  };
  const Case wanted = GENERATE(values<Case>({{"bytes=0-0", 0, 0},
                                             {"bytes=0-", 0, 699'999},
                                             {"bytes=131071-131072", 131'071, 131'072},
                                             {"bytes=300000-", 300'000, 699'999},
                                             {"bytes=-5", 699'995, 699'999},
                                             {"bytes=699999-9999999", 699'999, 699'999}}));
  const auto answer = scene.ask(scene.grant(), {{"Range", wanted.range}});
  CHECK(answer.status() == 206);
  CHECK(answer.header("Content-Range") ==
        "bytes " + std::to_string(wanted.first) + "-" + std::to_string(wanted.last) + "/700000");
  const bool same =
      Scene::body(answer) == scene.content.substr(wanted.first, wanted.last - wanted.first + 1);
  CHECK(same);
}

TEST_CASE("pieces put together are the whole, whatever their size", "[api][media]") {
  Scene scene;
  std::string all;
  while (all.size() < scene.content.size()) {
    const std::string range =
        "bytes=" + std::to_string(all.size()) + "-" + std::to_string(all.size() + 99'990);
    all += Scene::body(scene.ask(scene.grant(), {{"Range", range}}));
  }
  const bool same = all == scene.content;
  CHECK(same);
}

TEST_CASE("a range past the end is refused with the size", "[api][media]") {
  Scene scene;
  const auto answer = scene.ask(scene.grant(), {{"Range", "bytes=700000-"}});
  CHECK(code(answer) == ErrorCode::range_not_satisfiable);
  REQUIRE(answer.error->members().size() == 1);
  CHECK(answer.error->members()[0].first == "content_range");
  CHECK(answer.error->members()[0].second == "bytes */700000");
}

TEST_CASE("several ranges, and two Range fields, get the whole", "[api][media]") {
  Scene scene;
  CHECK(scene.ask(scene.grant(), {{"Range", "bytes=0-1,5-6"}}).status() == 200);
  CHECK(scene.ask(scene.grant(), {{"Range", "bytes=0-1"}, {"Range", "bytes=0-1"}}).status() == 200);
}

TEST_CASE("a changed object is sent whole to who resumes an older one", "[api][media]") {
  Scene scene;
  const std::string tag = scene.ask(scene.grant()).header("ETag");
  const http::Header range{"Range", "bytes=10-19"};
  CHECK(scene.ask(scene.grant(), {range, {"If-Range", tag}}).status() == 206);
  CHECK(scene.ask(scene.grant(), {range, {"If-Range", "\"old\""}}).status() == 200);

  scene.folder.write("demo.mp3", scene.content + "more");
  CHECK(scene.ask(scene.grant(), {range, {"If-Range", tag}}).status() == 200);
}

TEST_CASE("what the client has is not sent again", "[api][media]") {
  Scene scene;
  const auto first = scene.ask(scene.grant());
  const auto again = scene.ask(scene.grant(), {{"If-None-Match", first.header("ETag")}});
  CHECK(again.status() == 304);
  CHECK(again.header("ETag") == first.header("ETag"));
  CHECK(again.header("Content-Type") == "-");
  CHECK(Scene::body(again).empty());
  CHECK_FALSE(again.response->source);

  const auto since = first.header("Last-Modified");
  CHECK(scene.ask(scene.grant(), {{"If-Modified-Since", since}}).status() == 304);
  CHECK(scene.ask(scene.grant(), {{"If-None-Match", first.header("ETag")}, {"Range", "bytes=0-1"}})
            .status() == 304);
  CHECK(code(scene.ask(scene.grant(), {{"If-Match", "\"old\""}})) == ErrorCode::etag_mismatch);
}

TEST_CASE("HEAD tells the size of the whole and ignores Range", "[api][media]") {
  Scene scene;
  const auto answer = scene.ask(scene.grant(), {{"Range", "bytes=0-1"}}, Method::head);
  CHECK(answer.status() == 200);
  CHECK(answer.response->source->size() == 700'000);
  CHECK(answer.header("Content-Range") == "-");
}

TEST_CASE("an empty object is an empty answer", "[api][media]") {
  Scene scene;
  scene.folder.write("empty.mp3", "");
  const auto answer = scene.ask(scene.grant("empty.mp3"));
  CHECK(answer.status() == 200);
  CHECK_FALSE(answer.response->source);
  CHECK(code(scene.ask(scene.grant("empty.mp3"), {{"Range", "bytes=0-"}})) ==
        ErrorCode::range_not_satisfiable);
}

TEST_CASE("without a good signature nothing is looked at", "[api][media]") {
  Scene scene;
  http::Request request;
  request.head.path =
      GENERATE(values<std::string>({"/media/demo.mp3", "/media/", "/media/../demo.mp3",
                                    "/media/%2e%2e/%2e%2e/etc/passwd", "/media//etc/passwd"}));
  request.head.query =
      "type=audio%2Fmpeg&expires=9999999999&kid=1&signature=" + std::string(43, 'A');
  CHECK(code(scene.ask(request)) == ErrorCode::media_signature_invalid);
  request.head.query = "";
  CHECK(code(scene.ask(request)) == ErrorCode::media_signature_invalid);
}

TEST_CASE("an expired URL is told apart from a missing object", "[api][media]") {
  Scene scene;
  media::Grant grant = scene.grant();
  grant.expires_at = wall_clock_now() - std::chrono::seconds(1);
  CHECK(code(scene.ask(grant)) == ErrorCode::media_url_expired);
  CHECK(code(scene.ask(scene.grant("missing.mp3"))) == ErrorCode::not_found);
}

TEST_CASE("a date in the future never leaves the service", "[api][media]") {
  Scene scene;
  std::filesystem::last_write_time(
      scene.folder / "demo.mp3",
      std::filesystem::file_time_type::clock::now() + std::chrono::hours(100));
  const auto told = core::parse_http_date(scene.ask(scene.grant()).header("Last-Modified"));
  CHECK(told <= std::chrono::floor<std::chrono::seconds>(wall_clock_now()));
}

TEST_CASE("a file that shrinks while it is sent ends the connection, not the promise",
          "[api][media]") {
  Scene scene;
  const auto answer = scene.ask(scene.grant());
  std::string all = Scene::next(*answer.response->source);
  std::filesystem::resize_file(scene.folder / "demo.mp3", 200'000);
  CHECK(Scene::next(*answer.response->source).empty());
}

TEST_CASE("a client that leaves takes nothing with it", "[api][media]") {
  Scene scene;
  auto answer = scene.ask(scene.grant());
  std::promise<void> hold;
  const auto released = hold.get_future().share();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(scene.files.submit([released] { std::shared_future(released).wait(); }));
  }
  std::promise<std::string> piece;
  answer.response->source->next([&](std::string bytes) { piece.set_value(std::move(bytes)); });
  answer.response.reset();  // the connection died while the read was queued
  hold.set_value();
  const bool same =
      piece.get_future().get() == scene.content.substr(0, api::MediaBody::kPieceBytes);
  CHECK(same);
}

TEST_CASE("too many waiting reads are refused, and a download then ends", "[api][media]") {
  std::atomic<int> held{0};  // outlives the workers, who may begin the last of the reads at the end
  Scene scene(1);
  const auto answer = scene.ask(scene.grant());
  std::promise<void> hold;
  const auto wait = [&held, released = hold.get_future().share()] {
    ++held;
    std::shared_future(released).wait();
  };
  while (held < 2) {  // both workers are taken, one after the other
    (void)scene.files.submit(wait);
    std::this_thread::yield();
  }
  while (scene.files.submit(wait)) {
  }

  const auto refused = scene.ask(scene.grant());
  CHECK(code(refused) == ErrorCode::overloaded);
  CHECK(refused.error->retry_after() == std::chrono::seconds(1));
  CHECK(Scene::next(*answer.response->source).empty());
  hold.set_value();
}

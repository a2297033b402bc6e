// Method: real sockets on 127.0.0.1, and a server that answers with whatever bytes a test says.
#include "service/jobs/webhook_client.hpp"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <future>

#include "tests/support/raw_server.hpp"

using namespace vitrine::jobs;
using namespace std::chrono_literals;
using vitrine::test::RawServer;
using Peer = RawServer::Peer;

namespace {

constexpr auto kFine = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

WebhookClient::Options anywhere() {
  WebhookClient::Options options;
  options.destinations = Destinations::any;
  options.timeout = 500ms;
  return options;
}

std::future<WebhookAnswer> begin(WebhookClient& client, const std::string& url) {
  auto promise = std::make_shared<std::promise<WebhookAnswer>>();
  client.post({url, {"webhook-id: evt_1", "content-type: application/json"}, R"({"a":1})"},
              [promise](WebhookAnswer answer) { promise->set_value(std::move(answer)); });
  return promise->get_future();
}

WebhookAnswer post(WebhookClient& client, const std::string& url) {
  auto answer = begin(client, url);
  REQUIRE(answer.wait_for(10s) == std::future_status::ready);
  return answer.get();
}

std::string url_of(const RawServer& server, const std::string& scheme = "http") {
  return scheme + "://127.0.0.1:" + std::to_string(server.port()) + "/hook?a=b";
}

WebhookAnswer answer_to(RawServer::Answer answer) {
  const RawServer server(std::move(answer));
  WebhookClient client(anywhere());
  return post(client, url_of(server));
}

RawServer::Answer saying(std::string bytes) {
  return [bytes](const Peer& peer) { peer.send(bytes); };
}

}  // namespace

TEST_CASE("a webhook is one POST, and its answer is told", "[service][webhook_client]") {
  const RawServer server(saying(kFine));
  WebhookClient client(anywhere());
  const WebhookAnswer answer = post(client, url_of(server));
  CHECK(answer.status == 200);
  CHECK(answer.fault.empty());
  CHECK(answer.body == "hello");
  CHECK_FALSE(answer.timed_out);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].starts_with("POST /hook?a=b HTTP/1.1\r\n"));
  CHECK(requests[0].find("\r\nwebhook-id: evt_1\r\n") != std::string::npos);
  CHECK(requests[0].find("\r\ncontent-type: application/json\r\n") != std::string::npos);
  CHECK(requests[0].ends_with("\r\n\r\n{\"a\":1}"));
  for (const char* unwanted : {"Accept-Encoding", "Cookie", "Authorization", "Expect"}) {
    CHECK(requests[0].find(unwanted) == std::string::npos);
  }
}

TEST_CASE("a redirect is an answer, and is not followed", "[service][webhook_client]") {
  const RawServer elsewhere(saying(kFine));
  const WebhookAnswer answer = answer_to(saying(
      "HTTP/1.1 301 Moved\r\nLocation: " + url_of(elsewhere) + "\r\nContent-Length: 0\r\n\r\n"));
  CHECK(answer.status == 301);
  CHECK(elsewhere.connections() == 0);
}

TEST_CASE("what a receiver asks for is told", "[service][webhook_client]") {
  const WebhookAnswer answer =
      answer_to(saying("HTTP/1.1 429 Later\r\nretry-AFTER:  120 \r\nContent-Length: 0\r\n\r\n"));
  CHECK(answer.status == 429);
  CHECK(answer.retry_after == "120");
}

TEST_CASE("an answer without end is cut, and counts by its status", "[service][webhook_client]") {
  const std::string much(64 << 10, 'x');
  const WebhookAnswer answer = answer_to([&](const Peer& peer) {
    bool more = peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (more) more = peer.send(much);
  });
  CHECK(answer.status == 200);
  CHECK(answer.fault.empty());
  CHECK(answer.body == std::string(16 << 10, 'x'));
}

TEST_CASE("a head without end is refused", "[service][webhook_client]") {
  for (const std::string& line : {"X-More: " + std::string(100, 'x') + "\r\n",
                                  std::string("\r\nHTTP/1.1 100 Continue\r\n")}) {
    const WebhookAnswer answer = answer_to([&](const Peer& peer) {
      bool more = peer.send("HTTP/1.1 100 Continue\r\n");
      while (more) more = peer.send(line);
    });
    CHECK(answer.fault.find("head") != std::string::npos);
  }
}

TEST_CASE("a slow answer is given up in time", "[service][webhook_client]") {
  const auto drip = [](const Peer& peer) {
    bool more = peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (more && !peer.wait_for_hangup(50)) more = peer.send("x");
  };
  const auto began = std::chrono::steady_clock::now();
  const WebhookAnswer answer = answer_to(drip);
  CHECK(answer.timed_out);
  CHECK_FALSE(answer.fault.empty());
  CHECK(answer.took >= 400ms);
  CHECK(std::chrono::steady_clock::now() - began < 5s);
}

TEST_CASE("silence is given up in time", "[service][webhook_client]") {
  CHECK(answer_to([](const Peer& peer) { peer.wait_for_hangup(5'000); }).timed_out);
}

TEST_CASE("what is no answer is a fault with a reason", "[service][webhook_client]") {
  for (const char* bytes :
       {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\n"}) {
    INFO(bytes);
    const WebhookAnswer answer = answer_to(saying(bytes));
    CHECK(answer.fault.size() > 10);
    CHECK_FALSE(answer.timed_out);
  }
}

TEST_CASE("who does not listen is a fault with a reason", "[service][webhook_client]") {
  int port = 0;
  { port = RawServer(saying("")).port(); }
  WebhookClient client(anywhere());
  const WebhookAnswer answer = post(client, "http://127.0.0.1:" + std::to_string(port) + "/");
  CHECK(answer.status == 0);
  CHECK(answer.fault.find("refused") != std::string::npos);
  CHECK(post(client, "http://no-such-name.invalid/").fault.find("name") != std::string::npos);
}

TEST_CASE("one slow receiver keeps no other waiting", "[service][webhook_client]") {
  const RawServer slow([](const Peer& peer) { peer.wait_for_hangup(5'000); });
  const RawServer quick(saying(kFine));
  WebhookClient client(anywhere());
  auto hanging = begin(client, url_of(slow));
  CHECK(post(client, url_of(quick)).status == 200);
  CHECK(hanging.wait_for(0s) == std::future_status::timeout);
  CHECK(hanging.get().timed_out);
}

TEST_CASE("no socket is opened to what is not on the internet", "[service][webhook_client]") {
  const RawServer server(saying(kFine));
  WebhookClient::Options options;
  options.timeout = 3s;
  WebhookClient client(options);
  const std::string port = std::to_string(server.port());
  for (const std::string& host :
       std::vector<std::string>{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
                                "2130706433", "0x7f.1", "127.1"}) {
    INFO(host);
    const WebhookAnswer answer = post(client, "https://" + host + ":" + port + "/");
    CHECK(answer.status == 0);
    CHECK_FALSE(answer.fault.empty());
  }
  CHECK(post(client, url_of(server)).fault.size() > 10);  // http
  CHECK(server.connections() == 0);
}

TEST_CASE("a proxy of the environment is not used", "[service][webhook_client]") {
  const RawServer proxy(saying(kFine));
  const RawServer server(saying(kFine));
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
    setenv(name, address.c_str(), 1);
  }
  WebhookClient client(anywhere());
  CHECK(post(client, url_of(server)).status == 200);
  CHECK(proxy.connections() == 0);
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
    unsetenv(name);
  }
}

TEST_CASE("who stops the client waits for no answer", "[service][webhook_client]") {
  const RawServer slow([](const Peer& peer) { peer.wait_for_hangup(5'000); });
  WebhookClient::Options options = anywhere();
  options.timeout = 60s;
  bool done = false;
  WebhookClient client(options);
  client.post({url_of(slow), {}, "{}"}, [&](const WebhookAnswer&) { done = true; });
  const auto began = std::chrono::steady_clock::now();
  client.stop();
  CHECK(std::chrono::steady_clock::now() - began < 5s);
  CHECK_FALSE(done);
}

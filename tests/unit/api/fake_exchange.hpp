#pragma once

#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/http/server.hpp"

// The edge's part, played by the test: admits a request, hands it over and takes the answer.
namespace vitrine::api {

struct FakeRequest {
  http::Method method = http::Method::get;
  std::string path;
  std::vector<http::Header> headers = {};
  std::string body = {};
  std::string query = {};
  bool client_leaves = false;
};

inline http::RequestHead head_of(const FakeRequest& request) {
  http::RequestHead head;
  head.method = request.method;
  head.path = request.path;
  head.query = request.query;
  head.has_query = !request.query.empty();
  for (const http::Header& header : request.headers) {
    head.headers.add(header.name, header.value);
  }
  if (!request.body.empty()) {
    head.content_length = request.body.size();
  }
  head.peer_address = "192.0.2.1";
  return head;
}

class TakesAnswer final : public http::Reply::Target {
 public:
  TakesAnswer(std::promise<http::Response> promise, bool wanted)
      : promise_(std::move(promise)), wanted_(wanted) {}
  void complete(http::Response response) override { promise_.set_value(std::move(response)); }
  bool wanted() const noexcept override { return wanted_; }
  void abandon() override { promise_.set_value({}); }

 private:
  std::promise<http::Response> promise_;
  bool wanted_;
};

// What the application answers, whether at the door or later.
inline http::Response answer_to(http::Application& application, const FakeRequest& fake) {
  http::RequestHead head = head_of(fake);
  auto admission = application.admit(head);
  if (admission.refusal) {
    return *std::move(admission.refusal);
  }
  if (admission.needs_body && !head.content_length) {
    return application.refuse(core::ErrorCode::length_required, "Send Content-Length.", &head);
  }
  if (head.content_length.value_or(0) > admission.body_limit) {
    return application.refuse(core::ErrorCode::content_too_large, "Send less.", &head);
  }
  std::promise<http::Response> promise;
  auto answer = promise.get_future();
  application.handle(
      {std::move(head), fake.body, admission.tag, std::chrono::steady_clock::now(), {}},
      http::Reply(std::make_unique<TakesAnswer>(std::move(promise), !fake.client_leaves)));
  REQUIRE(answer.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  return answer.get();
}

inline std::string header(const http::Response& response, std::string_view name) {
  return std::string(response.headers.get(name).value_or("absent"));
}

}  // namespace vitrine::api

#include "tests/edge/edge_application.hpp"

#include <charconv>
#include <chrono>
#include <utility>

#include "api/http/gather_completions.hpp"
#include "tests/edge/edge_bodies.hpp"

namespace vitrine::edge_test {
namespace {

using core::ErrorCode;
using http::Response;

struct Rendering {
  ErrorCode code;
  int status;
  std::string_view name;
};

constexpr Rendering kRenderings[] = {
    {ErrorCode::malformed_request, 400, "malformed_request"},
    {ErrorCode::not_found, 404, "not_found"},
    {ErrorCode::method_not_allowed, 405, "method_not_allowed"},
    {ErrorCode::request_timeout, 408, "request_timeout"},
    {ErrorCode::length_required, 411, "length_required"},
    {ErrorCode::content_too_large, 413, "content_too_large"},
    {ErrorCode::uri_too_long, 414, "uri_too_long"},
    {ErrorCode::expectation_failed, 417, "expectation_failed"},
    {ErrorCode::headers_too_large, 431, "headers_too_large"},
    {ErrorCode::not_implemented, 501, "not_implemented"},
    {ErrorCode::overloaded, 503, "overloaded"},
};

std::uint64_t number_after(std::string_view query, std::string_view name) {
  const auto at = query.find(name);
  std::uint64_t number = 0;
  if (at != std::string_view::npos) {
    std::from_chars(query.data() + at + name.size(), query.data() + query.size(), number);
  }
  return number;
}

std::uint64_t body_limit(std::string_view path) {
  if (path == "/small")
    return 16;
  if (path == "/echo" || path == "/needs-body")
    return 33UL << 20;
  return 64UL * 1024;
}

bool is_known(std::string_view path) {
  constexpr std::string_view kPaths[] = {"/sync",   "/async", "/fixed", "/big",    "/blob",
                                         "/slow",   "/small", "/echo",  "/drop",   "/needs-body",
                                         "/stats",  "/close", "/empty", "/inject", "/unmodified",
                                         "/broken", "/stream"};
  for (const auto known : kPaths) {
    if (path == known)
      return true;
  }
  return path.starts_with("/async/") || path.starts_with("/gathered/");
}

// FNV-1a, so that a large upload can be compared without sending it back.
std::uint64_t fingerprint(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

StreamPlan stream_plan(std::string_view query) {
  StreamPlan plan;
  plan.pieces = number_after(query, "pieces=");
  plan.piece_bytes = number_after(query, "bytes=");
  plan.pause = std::chrono::milliseconds(number_after(query, "ms="));
  if (query.ends_with("then-silence"))
    plan.then = StreamPlan::Then::silence;
  if (query.ends_with("then-failure"))
    plan.then = StreamPlan::Then::failure;
  return plan;
}

}  // namespace

OtherThreads::OtherThreads(int count) {
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

OtherThreads::~OtherThreads() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void OtherThreads::run(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void OtherThreads::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    if (tasks_.empty())
      return;
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }
}

http::Application::Admission EdgeApplication::admit(const http::RequestHead& head) {
  Admission admission;
  if (!is_known(head.path)) {
    admission.refusal = refuse(ErrorCode::not_found, "There is nothing here.", &head);
  }
  admission.body_limit = body_limit(head.path);
  admission.needs_body = head.path == "/needs-body" && head.method == http::Method::post;
  admission.tag = 7;
  return admission;
}

Response EdgeApplication::refuse(ErrorCode code, std::string_view detail,
                                 const http::RequestHead* head) {
  Rendering rendering{code, 500, "internal"};
  for (const Rendering& row : kRenderings) {
    if (row.code == code)
      rendering = row;
  }
  Response response;
  response.status = rendering.status;
  response.headers.add("Content-Type", "application/problem+json");
  if (head != nullptr) {
    response.headers.add("X-Request-Id",
                         std::string(head->headers.get("X-Request-Id").value_or("")));
  }
  response.body = R"({"code":")" + std::string(rendering.name) + R"(","detail":")" +
                  std::string(detail) + "\"}";
  return response;
}

Response EdgeApplication::answer(const http::Request& request) {
  const auto& head = request.head;
  const std::uint64_t size = number_after(head.query, "size=");
  Response response;
  response.headers.add("Content-Type", "text/plain");
  response.headers.add("X-Request-Id", std::string(head.headers.get("X-Request-Id").value_or("")));
  if (head.path == "/fixed") {
    response.body.assign(2048, 'v');
  } else if (head.path == "/big") {
    response.source =
        make_alphabet(size, [this](std::function<void()> task) { others_.run(std::move(task)); });
  } else if (head.path == "/stream") {
    response.source = make_stream(stream_plan(head.query), [this](std::function<void()> task) {
      others_.run(std::move(task));
    });
  } else if (head.path == "/broken") {
    response.source = make_broken(1000, head.query == "drops");
  } else if (head.path == "/blob") {
    response.body.assign(size, 'b');
  } else if (head.path == "/empty") {
    response.status = 204;
    response.body = "must not be sent";
  } else if (head.path == "/unmodified") {
    response.status = 304;
    response.body = "must not be sent";
  } else if (head.path == "/inject") {
    response.headers.add("X-Value", std::string("a\r\nX-Injected: b\0c", 18));
    response.headers.add("X-Name: b\r\nX-Injected", "c");
    response.headers.add("Content-Length", "3");
    response.headers.add("Connection", "upgrade");
  } else if (head.path == "/echo" || head.path == "/small" || head.path == "/needs-body") {
    response.body =
        std::to_string(request.body.size()) + ' ' + std::to_string(fingerprint(request.body));
  } else if (head.path == "/stats") {
    const auto stats = server_->stats();
    response.body = "{\"connections\":" + std::to_string(stats.connections) +
                    ",\"in_flight\":" + std::to_string(stats.in_flight) +
                    ",\"accepted\":" + std::to_string(stats.accepted_total) +
                    ",\"refused\":" + std::to_string(stats.refused_total) +
                    ",\"timed_out\":" + std::to_string(stats.timed_out_total) +
                    ",\"unwanted\":" + std::to_string(unwanted_) +
                    ",\"sources\":" + std::to_string(living_sources()) + '}';
  } else {
    response.close = head.path == "/close";
    response.body = head.path + (head.has_query ? "?" + head.query : "") +
                    " tag=" + std::to_string(request.tag) + " from=" + head.peer_address;
  }
  return response;
}

void EdgeApplication::handle(http::Request request, http::Reply reply) {
  const std::string& path = request.head.path;
  if (path == "/drop")
    return;
  if (path.starts_with("/gathered/")) {
    answer_together({std::move(request), std::move(reply)});
    return;
  }
  if (!path.starts_with("/async") && path != "/slow") {
    std::move(reply).complete(answer(request));
    return;
  }
  const std::chrono::milliseconds delay(number_after(request.head.query, "ms="));
  auto shared =
      std::make_shared<std::pair<http::Request, http::Reply>>(std::move(request), std::move(reply));
  others_.run([this, shared, delay] {
    if (delay.count() > 0)
      std::this_thread::sleep_for(delay);
    if (!shared->second.wanted())
      ++unwanted_;
    std::move(shared->second).complete(answer(shared->first));
  });
}

// Whoever comes first answers all that wait by then, as one who asks a database for many does.
void EdgeApplication::answer_together(Waiting waiting) {
  {
    const std::lock_guard lock(mutex_);
    gathered_.push_back(std::move(waiting));
  }
  others_.run([this] {
    std::vector<Waiting> together;
    {
      const std::lock_guard lock(mutex_);
      together.swap(gathered_);
    }
    http::gather_completions([&] {
      for (Waiting& one : together) std::move(one.reply).complete(answer(one.request));
    });
  });
}

}  // namespace vitrine::edge_test

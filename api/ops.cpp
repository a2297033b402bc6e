#include "api/ops.hpp"

#include <array>
#include <optional>
#include <utility>

#include "api/answer.hpp"
#include "api/answer_headers.hpp"
#include "api/json_writer.hpp"
#include "api/problem.hpp"
#include "api/request_id.hpp"
#include "service/telemetry/metrics.hpp"

namespace vitrine::api {
namespace {

using core::Error;
using core::ErrorCode;
using http::Method;

enum Page : std::size_t { kLive, kReady, kStartup, kMetrics };
constexpr std::array<AdminPage, 4> kPages = {{{"/livez", "getLivez"},
                                              {"/readyz", "getReadyz"},
                                              {"/startupz", "getStartupz"},
                                              {"/metrics", "getMetrics"}}};

std::optional<std::size_t> page_at(std::string_view path) {
  for (std::size_t page = 0; page < kPages.size(); ++page) {
    if (kPages[page].path == path) {
      return page;
    }
  }
  return std::nullopt;
}

http::Response healthy(std::string_view fault = {}) {
  JsonWriter json;
  json.open_object().member("status", fault.empty() ? "ok" : "degraded");
  if (!fault.empty()) {
    json.member("detail", fault);
  }
  json.close_object();
  return json_answer(json.take());
}

Error not_now(const std::string& detail) { return {ErrorCode::unavailable, detail}; }

void require_started(const Health& health) {
  if (!health.started) {
    throw not_now("The service is still starting." +
                  (health.fault.empty() ? "" : " " + health.fault));
  }
}

// A database that is gone is gone for every replica: taking them all out of service would leave
// clients with a proxy's error in place of ours, so it is told and does not count.
http::Response readiness(const Health& health) {
  require_started(health);
  if (health.draining) {
    throw not_now("The service is about to stop.");
  }
  return healthy(health.fault);
}

}  // namespace

std::span<const AdminPage> admin_pages() { return kPages; }

OpsApplication::OpsApplication(telemetry::Metrics& metrics, std::function<Health()> health,
                               std::string public_url)
    : metrics_(metrics), health_(std::move(health)), public_url_(std::move(public_url)) {}

http::Application::Admission OpsApplication::admit(const http::RequestHead& head) {
  Admission admission;
  const auto page = page_at(head.path);
  if (!page) {
    admission.refusal = refuse(ErrorCode::not_found, "There is nothing at this address.", &head);
  } else if (head.method != Method::get && head.method != Method::head) {
    admission.refusal =
        refuse(ErrorCode::method_not_allowed, "This page can only be read, with GET.", &head);
  } else {
    admission.tag = static_cast<std::uint32_t>(*page);
  }
  return admission;
}

void OpsApplication::handle(http::Request request, http::Reply reply) {
  const http::RequestHead& head = request.head;
  http::Response response;
  try {
    response = answer(request.tag);
    add_common_headers(response.headers, {head.headers, request_id(head.headers)}, Cors({}));
  } catch (const Error& error) {
    response = refuse(error.code(), error.what(), &head);
  } catch (const std::exception&) {
    response = refuse(ErrorCode::internal, "The answer could not be made.", &head);
  }
  std::move(reply).complete(std::move(response));
}

http::Response OpsApplication::answer(std::size_t page) const {
  if (page == kMetrics) {
    http::Response response;
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics_.text();
    return response;
  }
  if (page == kReady) {
    return readiness(health_());
  }
  if (page == kStartup) {
    require_started(health_());
  }
  return healthy();
}

http::Response OpsApplication::refuse(ErrorCode code, std::string_view detail,
                                      const http::RequestHead* head) {
  static const http::Headers kNone;
  const http::Headers& headers = head == nullptr ? kNone : head->headers;
  const std::string id = request_id(headers);
  http::Response response = problem_response(Error(code, std::string(detail)), {public_url_, id});
  if (code == ErrorCode::method_not_allowed) {
    response.headers.set("Allow", "GET, HEAD");
  }
  add_common_headers(response.headers, {headers, id}, Cors({}));
  return response;
}

}  // namespace vitrine::api

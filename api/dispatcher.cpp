#include "api/dispatcher.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <variant>

#include "api/access_log.hpp"
#include "api/answer.hpp"
#include "api/answer_headers.hpp"
#include "api/auth.hpp"
#include "api/client_address.hpp"
#include "api/media_type.hpp"
#include "api/path.hpp"
#include "api/problem.hpp"
#include "api/request_id.hpp"
#include "service/telemetry/metrics.hpp"
#include "service/worker_pool.hpp"

namespace vitrine::api {
namespace {

using core::Error;
using core::ErrorCode;

constexpr std::string_view kOther = "other";

// Without a length, the edge asks for one; nothing is announced yet that could be judged.
void require_media_type(const http::RequestHead& head, const BodyRule& body) {
  const bool announced = head.content_length && (body.needed || *head.content_length > 0);
  const bool read = head.method == http::Method::post || head.method == http::Method::put ||
                    head.method == http::Method::patch;
  if (announced && read) {
    require_json(head.headers, body.merge_patch);
  }
}

}  // namespace

// One request between its arrival and its answer. Shared by the threads it passes through, one
// after the other. A handler that loses it has failed: the client is told, not left waiting.
struct Dispatcher::Exchange {
  Exchange(Dispatcher& owner, http::Request request, http::Reply waiting)
      : dispatcher(owner),
        route(owner.table_[request.tag]),
        call{owner.services_, std::move(request), {}, {}, {}, {}, {}, std::move(waiting)} {
    call.request_id = request_id(call.request.head.headers);
  }

  ~Exchange() {
    if (!answered) {
      dispatcher.fail(*this, std::make_exception_ptr(std::logic_error("the handler gave up")));
    }
  }

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Dispatcher& dispatcher;
  const Route& route;
  Call call;
  std::optional<RateLimiter::Quota> quota;  // of the caller's key, once that is known
  std::atomic<bool> answered = false;
};

Dispatcher::Dispatcher(DispatcherOptions options, UseCases use_cases, WorkerPool& database,
                       WorkerPool& files, telemetry::Metrics& metrics, RouteTable table)
    : options_(std::move(options)),
      cors_(options_.cors_origins),
      key_rate_(options_.key_rate_per_minute),
      services_{use_cases, files, metrics, options_.public_url},
      database_(database),
      table_(table) {}

http::Application::Admission Dispatcher::admit(const http::RequestHead& head) {
  Admission admission;
  try {
    const std::size_t place = find_route(table_, head.path, head.method);
    const BodyRule& body = table_[place].body;
    admission.tag = static_cast<std::uint32_t>(place);
    if (head.method != http::Method::options) {
      admission.body_limit = body.limit;
      admission.needs_body = body.needed;
      require_media_type(head, body);
      if (table_[place].scope && head.content_length && *head.content_length <= body.limit) {
        require_key(head.headers);
      }
    }
  } catch (...) {
    admission.refusal = refusal(std::current_exception(), &head);
  }
  return admission;
}

void Dispatcher::handle(http::Request request, http::Reply reply) {
  services_.metrics.request_started();
  const auto exchange = std::make_shared<Exchange>(*this, std::move(request), std::move(reply));
  if (exchange->call.request.head.method == http::Method::options) {
    finish(*exchange, options_answer(exchange->call.request.head));
  } else if (exchange->route.execution != Execution::blocking) {
    run(exchange);
  } else if (!database_.submit([this, exchange] { run(exchange); })) {
    fail(*exchange, std::make_exception_ptr(Error(
                        ErrorCode::overloaded, "Too many requests are waiting; try again soon.")));
  }
}

http::Response Dispatcher::refuse(ErrorCode code, std::string_view detail,
                                  const http::RequestHead* head) {
  return refusal(std::make_exception_ptr(Error(code, std::string(detail))), head);
}

void Dispatcher::run(const std::shared_ptr<Exchange>& exchange) {
  try {
    prepare(*exchange);
    if (const auto* handler = std::get_if<Handler>(&exchange->route.handler)) {
      finish(*exchange, (*handler)(exchange->call));
      return;
    }
    std::get<AsyncHandler>(exchange->route.handler)(
        exchange->call,
        [this, exchange](http::Response response) { finish(*exchange, std::move(response)); },
        [this, exchange](std::exception_ptr failure) { fail(*exchange, std::move(failure)); });
  } catch (const Error& refused) {
    finish(*exchange, exchange->call.problem(refused));  // without being thrown a second time
  } catch (...) {
    fail(*exchange, std::current_exception());
  }
}

// In the order of the contract: who asks, whether so often, then what for.
void Dispatcher::prepare(Exchange& exchange) {
  Call& call = exchange.call;
  const http::RequestHead& head = call.request.head;
  call.client_address = client_address(head, options_.trusted_proxies);
  if (exchange.route.scope) {
    call.caller = authenticate(head.headers, call.use().keys);
    exchange.quota = key_rate_.count(call.caller->key);
    require_granted(exchange.quota);
    require_scope(*call.caller, *exchange.route.scope);
  }
  if (has_variables(exchange.route)) {
    call.path = Path(head.path).match(exchange.route.path).value();
  }
  if (!exchange.route.raw_query) {
    call.query = Query(head.query, exchange.route.query);
  }
}

void Dispatcher::finish(Exchange& exchange, http::Response response) {
  if (exchange.answered.exchange(true)) {
    return;
  }
  const http::Request& request = exchange.call.request;
  const std::string workspace =
      exchange.call.caller ? exchange.call.caller->workspace.text() : std::string();
  add_common_headers(
      response.headers,
      {request.head.headers, exchange.call.request_id, exchange.route.hide_from_robots}, cors_);
  if (exchange.quota) {
    key_rate_.tell(*exchange.quota, response.headers);
  }
  const auto took = std::chrono::steady_clock::now() - request.received_at;
  services_.metrics.request_finished(exchange.route.operation_id, response.status, took);
  log_request({exchange.call.request_id, exchange.route.operation_id,
               http::to_text(request.head.method), exchange.route.path, workspace,
               request.head.peer_address, response.status, took});
  std::move(exchange.call.reply).complete(std::move(response));
}

void Dispatcher::fail(Exchange& exchange, std::exception_ptr failure) {
  finish(exchange,
         problem(std::move(failure), exchange.call.request_id, exchange.route.operation_id));
}

// The one place where an exception becomes an answer.
http::Response Dispatcher::problem(std::exception_ptr failure, std::string_view request_id,
                                   std::string_view operation) const {
  const ProblemContext context{options_.public_url, request_id};
  try {
    std::rethrow_exception(std::move(failure));
  } catch (const Error& error) {
    return problem_response(error, context);
  } catch (const std::exception& unexpected) {
    log_unexpected(request_id, operation, unexpected.what());
  } catch (...) {
    log_unexpected(request_id, operation, "not a std::exception");
  }
  return problem_response(
      Error(ErrorCode::internal, "Something went wrong within the service; it has been logged."),
      context);
}

http::Response Dispatcher::options_answer(const http::RequestHead& head) const {
  http::Response response = no_content();
  const std::string methods = allowed_methods(table_, head.path);
  response.headers.set("Allow", methods);
  cors_.allow_preflight(head.headers, methods, response.headers);
  return response;
}

// The route of a head that may be refused for any reason; null when it has none.
const Route* Dispatcher::route_of(const http::RequestHead* head) const {
  try {
    return head == nullptr ? nullptr : &table_[find_route(table_, head->path, head->method)];
  } catch (const Error&) {
    return nullptr;
  }
}

// What an unreadable path allows is nothing.
std::string Dispatcher::allow_of(const http::RequestHead* head) const {
  try {
    return head == nullptr ? std::string() : allowed_methods(table_, head->path);
  } catch (const Error&) {
    return {};
  }
}

// Answers for a request that never became an exchange.
http::Response Dispatcher::refusal(std::exception_ptr failure, const http::RequestHead* head) {
  static const http::RequestHead kUnread;
  const http::RequestHead& known = head == nullptr ? kUnread : *head;
  const Route* route = route_of(head);
  const std::string_view operation = route == nullptr ? kOther : route->operation_id;
  const std::string id = request_id(known.headers);

  services_.metrics.request_started();
  http::Response response = problem(std::move(failure), id, operation);
  if (response.status == problem_kind(ErrorCode::method_not_allowed).status) {
    response.headers.set("Allow", allow_of(head));
  }
  add_common_headers(response.headers,
                     {known.headers, id, route != nullptr && route->hide_from_robots}, cors_);
  services_.metrics.request_finished(operation, response.status, std::chrono::nanoseconds(0));
  log_request({id, operation, head == nullptr ? "" : http::to_text(head->method),
               route == nullptr ? "" : route->path, "", known.peer_address, response.status,
               std::chrono::nanoseconds(0)});
  return response;
}

}  // namespace vitrine::api

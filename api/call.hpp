#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "api/http/message.hpp"
#include "api/path.hpp"
#include "api/problem.hpp"
#include "api/query.hpp"
#include "api/use_cases.hpp"
#include "service/core/error.hpp"
#include "service/core/scope.hpp"
#include "service/ip_address.hpp"

namespace vitrine {
class WorkerPool;
namespace telemetry {
class Metrics;
}
}  // namespace vitrine

namespace vitrine::api {

// What every handler may use beside its request. Borrowed.
struct Services {
  UseCases use;
  WorkerPool& files;
  telemetry::Metrics& metrics;
  std::string_view public_url;
};

// One request, admitted, routed and authenticated, on its way to its handler.
struct Call {
  const Services& services;
  http::Request request;
  PathValues path;
  Query query;
  std::optional<core::Principal> caller;  // present on every route with a scope
  std::string request_id;
  IpAddress client_address;  // what limits of strangers count by
  http::Reply reply;         // the dispatcher's to complete

  const UseCases& use() const { return services.use; }
  const core::Principal& principal() const { return caller.value(); }
  std::string_view body() const { return request.body; }

  // A refusal for Done: throwing it costs as much as the rest of a request that is refused, so what
  // is refused often is answered.
  http::Response problem(const core::Error& error) const {
    return problem_response(error, {services.public_url, request_id});
  }

  // False once the client has left: what is not begun yet for it need not be. Not to be asked
  // after the answer was given.
  bool client_waits() const noexcept { return reply.wanted(); }

  // True also of a client that may only have finished sending: an answer that waits for something
  // to happen should wait no longer.
  bool client_left() const noexcept { return reply.left(); }
};

// Answers, or throws core::Error. Runs on a thread of the route's choice.
using Handler = http::Response (*)(const Call&);

// Begins on the reactor thread, must not block there, and makes exactly one of the two calls, from
// any thread. The call lives as long as a copy of either of them.
using Done = std::function<void(http::Response)>;
using Failed = std::function<void(std::exception_ptr)>;
using AsyncHandler = void (*)(const Call&, const Done&, const Failed&);

}  // namespace vitrine::api

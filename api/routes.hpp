#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/call.hpp"
#include "api/http/message.hpp"
#include "service/core/scope.hpp"

namespace vitrine::api {

// How a handler runs: at once on the reactor thread (it must not block), on a thread of the
// database pool (one that is asynchronous gives it back before it waits), or begun on the reactor
// thread and going on by its own means.
enum class Execution { inline_, blocking, own };

struct BodyRule {
  std::uint64_t limit = 64 << 10;  // bytes; where no body is needed, one up to here is ignored
  bool needed = false;
  bool merge_patch = false;  // also takes application/merge-patch+json
};

// One operation of the public port. HEAD goes wherever GET goes; OPTIONS is answered for all.
struct Route {
  std::string_view operation_id;
  std::string_view path;  // a template for Path::match
  http::Method method;
  std::optional<core::Scope> scope;  // nothing: public
  Execution execution;
  BodyRule body;
  std::span<const std::string_view> query;  // the parameters it knows
  std::variant<Handler, AsyncHandler> handler;
  bool raw_query = false;  // media: the query is signed, not read
  bool hide_from_robots = false;
};

inline bool has_variables(const Route& route) {
  return route.path.find('{') != std::string_view::npos;
}

using RouteTable = std::span<const Route>;

RouteTable routes();

// The place in the table of the route for a raw path and method. Throws not_found,
// method_not_allowed, invalid_parameter.
std::size_t find_route(RouteTable table, std::string_view raw_path, http::Method method);

// The value of Allow for a raw path: `DELETE, GET, HEAD, OPTIONS`. Empty when nothing is there.
// Throws invalid_parameter.
std::string allowed_methods(RouteTable table, std::string_view raw_path);

// For the metrics' labels.
std::vector<std::string> operation_ids();

// One line per operation, `METHOD path operationId access`, as `vitrine routes` prints it. HEAD and
// OPTIONS are implied. Access is `public`, a scope, or `admin` for the other port.
std::string describe_routes();

}  // namespace vitrine::api

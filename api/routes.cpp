#include "api/routes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/docs.hpp"
#include "api/media.hpp"
#include "api/ops.hpp"
#include "api/panels.hpp"
#include "api/problems.hpp"
#include "api/recordings.hpp"
#include "api/resolve.hpp"
#include "api/shares.hpp"
#include "service/core/error.hpp"
#include "service/core/recording.hpp"

namespace vitrine::api {
namespace {

using core::ErrorCode;
using http::Method;
using enum core::Scope;
using enum Execution;

constexpr std::nullopt_t kPublic = std::nullopt;
constexpr std::uint64_t kSmall = 64 << 10;

constexpr BodyRule kNoBody{.limit = kSmall};
constexpr BodyRule kJson{.limit = kSmall, .needed = true};
constexpr BodyRule kPatch{.limit = kSmall, .needed = true, .merge_patch = true};
constexpr BodyRule kPanel{.limit = core::kMaxPanelBytes, .needed = true};
constexpr BodyRule kRecording{.limit = core::kMaxRecordingPanelBytes + kSmall, .needed = true};

using Names = std::span<const std::string_view>;
constexpr std::array<std::string_view, 2> kPage = {"page_size", "page_token"};
constexpr std::array<std::string_view, 3> kShares = {"page_size", "page_token", "recording_id"};
constexpr Names kNone;

constexpr bool kSignedQuery = true;
constexpr bool kHidden = true;

void media_route(const Call& call, Done done, Failed failed) {
  const media::LocalStore* store = call.use().local_media;
  if (store == nullptr) {
    throw core::Error(ErrorCode::not_found, "Media is not served here.");
  }
  get_media(call.request, *store, call.services.files, std::move(done), std::move(failed));
}

const Route kRoutes[] = {
    {"listRecordings", Method::get, "/v1/recordings", recordings_read, blocking, kNoBody, kPage,
     list_recordings},
    {"putRecording", Method::put, "/v1/recordings/{recording_id}", recordings_write, blocking,
     kRecording, kNone, put_recording},
    {"getRecording", Method::get, "/v1/recordings/{recording_id}", recordings_read, blocking,
     kNoBody, kNone, get_recording},
    {"deleteRecording", Method::delete_, "/v1/recordings/{recording_id}", recordings_write,
     blocking, kNoBody, kNone, delete_recording},
    {"putPanel", Method::put, "/v1/recordings/{recording_id}/panels/{kind}", recordings_write,
     blocking, kPanel, kNone, put_panel},
    {"getPanel", Method::get, "/v1/recordings/{recording_id}/panels/{kind}", recordings_read,
     blocking, kNoBody, kNone, get_panel},
    {"deletePanel", Method::delete_, "/v1/recordings/{recording_id}/panels/{kind}",
     recordings_write, blocking, kNoBody, kNone, delete_panel},
    {"createShare", Method::post, "/v1/shares", shares_write, blocking, kJson, kNone, create_share},
    {"listShares", Method::get, "/v1/shares", shares_read, blocking, kNoBody, kShares, list_shares},
    {"getShare", Method::get, "/v1/shares/{share_id}", shares_read, blocking, kNoBody, kNone,
     get_share},
    {"updateShare", Method::patch, "/v1/shares/{share_id}", shares_write, blocking, kPatch, kNone,
     update_share},
    {"deleteShare", Method::delete_, "/v1/shares/{share_id}", shares_write, blocking, kNoBody,
     kNone, delete_share},
    {"enableShare", Method::post, "/v1/shares/{share_id}/enable", shares_write, blocking, kNoBody,
     kNone, enable_share},
    {"disableShare", Method::post, "/v1/shares/{share_id}/disable", shares_write, blocking, kNoBody,
     kNone, disable_share},
    {"revokeShare", Method::post, "/v1/shares/{share_id}/revoke", shares_write, blocking, kNoBody,
     kNone, revoke_share},
    {"resolveLink", Method::post, "/v1/resolve", kPublic, own, kJson, kNone, resolve_link,
     !kSignedQuery, kHidden},
    {"getMedia", Method::get, "/media/{path}", kPublic, own, kNoBody, kNone, media_route,
     kSignedQuery},
    {"getOpenapi", Method::get, "/openapi.yaml", kPublic, inline_, kNoBody, kNone, get_openapi},
    {"getDocs", Method::get, "/docs", kPublic, inline_, kNoBody, kNone, get_docs},
    {"listProblems", Method::get, "/problems", kPublic, inline_, kNoBody, kNone, list_problems},
    {"getProblem", Method::get, "/problems/{code}", kPublic, inline_, kNoBody, kNone, get_problem},
    {"getIndex", Method::get, "/", kPublic, inline_, kNoBody, kNone, get_index},
};

// HEAD is GET whose body the edge keeps back; OPTIONS asks about the path, whatever is there.
bool serves(const Route& route, Method method) {
  return route.method == method || method == Method::options ||
         (method == Method::head && route.method == Method::get);
}

}  // namespace

RouteTable routes() { return kRoutes; }

std::size_t find_route(RouteTable table, std::string_view raw_path, Method method) {
  const Path path(raw_path);
  bool known = false;
  for (std::size_t place = 0; place < table.size(); ++place) {
    if (!path.match(table[place].path)) {
      continue;
    }
    if (serves(table[place], method)) {
      return place;
    }
    known = true;
  }
  if (known) {
    throw core::Error(ErrorCode::method_not_allowed,
                      "This address does not take the method; Allow names those it takes.");
  }
  throw core::Error(ErrorCode::not_found, "There is nothing at this address.");
}

std::string allowed_methods(RouteTable table, std::string_view raw_path) {
  const Path path(raw_path);
  std::vector<std::string_view> methods;
  for (const Route& route : table) {
    if (path.match(route.path)) {
      methods.push_back(http::to_text(route.method));
      if (route.method == Method::get) {
        methods.push_back(http::to_text(Method::head));
      }
    }
  }
  if (!methods.empty()) {
    methods.push_back(http::to_text(Method::options));
  }
  std::sort(methods.begin(), methods.end());
  std::string text;
  for (const std::string_view method : methods) {
    text += (text.empty() ? "" : ", ") + std::string(method);
  }
  return text;
}

std::vector<std::string> operation_ids() {
  std::vector<std::string> ids;
  for (const Route& route : routes()) {
    ids.emplace_back(route.operation_id);
  }
  return ids;
}

std::string describe_routes() {
  std::string text;
  for (const Route& route : routes()) {
    const std::string_view access = route.scope ? core::to_text(*route.scope) : "public";
    for (const std::string_view word :
         {http::to_text(route.method), route.path, route.operation_id, access}) {
      text += std::string(word) + ' ';
    }
    text.back() = '\n';
  }
  for (const AdminPage& page : admin_pages()) {
    text += "GET " + std::string(page.path) + ' ' + std::string(page.operation_id) + " admin\n";
  }
  return text;
}

}  // namespace vitrine::api

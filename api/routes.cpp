#include "api/routes.hpp"

#include <algorithm>
#include <array>

#include "api/bulk_shares.hpp"
#include "api/comments.hpp"
#include "api/docs.hpp"
#include "api/events.hpp"
#include "api/explain.hpp"
#include "api/keys.hpp"
#include "api/links.hpp"
#include "api/mails.hpp"
#include "api/media.hpp"
#include "api/ops.hpp"
#include "api/panels.hpp"
#include "api/policy.hpp"
#include "api/problems.hpp"
#include "api/recordings.hpp"
#include "api/resolve.hpp"
#include "api/shares.hpp"
#include "api/views.hpp"
#include "api/webhooks.hpp"
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
// A thousand recipients, each with a long name and a long address.
constexpr BodyRule kShare{.limit = 1 << 20, .needed = true};
constexpr BodyRule kPatch{.limit = kSmall, .needed = true, .merge_patch = true};
constexpr BodyRule kBulk{.limit = 4 << 20, .needed = true};
constexpr BodyRule kPanel{.limit = core::kMaxPanelBytes, .needed = true};
constexpr BodyRule kRecordingPatch{.limit = 1 << 20, .needed = true, .merge_patch = true};
constexpr BodyRule kRecording{.limit = core::kMaxRecordingPanelBytes + kSmall, .needed = true};

using Names = std::span<const std::string_view>;
constexpr std::array<std::string_view, 2> kPage = {"page_size", "page_token"};
constexpr std::array<std::string_view, 1> kPageToken = {"page_token"};
constexpr std::array<std::string_view, 1> kTry = {"validate_only"};
constexpr std::array<std::string_view, 12> kShares = {
    "page_size",  "page_token", "count", "recording_id",  "state",         "audience", "recipient",
    "created_by", "label",      "q",     "created_after", "created_before"};
constexpr std::array<std::string_view, 4> kEvents = {"after", "type", "page_size", "wait_seconds"};
constexpr std::array<std::string_view, 3> kDeliveries = {"page_size", "page_token", "state"};
constexpr std::array<std::string_view, 1> kOneLink = {"link_id"};
constexpr std::array<std::string_view, 1> kRecipient = {"recipient"};
constexpr Names kNone;

constexpr bool kSignedQuery = true;
constexpr bool kHidden = true;

void media_route(const Call& call, const Done& done, const Failed& failed) {
  const media::LocalStore* store = call.use().local_media;
  if (store == nullptr) {
    throw core::Error(ErrorCode::not_found, "Media is not served here.");
  }
  get_media(call.request, *store, call.services.files, done, failed);
}

const Route kRoutes[] = {
    {"listRecordings", "/v1/recordings", Method::get, recordings_read, blocking, kNoBody, kPage,
     list_recordings},
    {"putRecording", "/v1/recordings/{recording_id}", Method::put, recordings_write, blocking,
     kRecording, kNone, put_recording},
    {"getRecording", "/v1/recordings/{recording_id}", Method::get, recordings_read, blocking,
     kNoBody, kNone, get_recording},
    {"updateRecording", "/v1/recordings/{recording_id}", Method::patch, recordings_write, blocking,
     kRecordingPatch, kNone, update_recording},
    {"deleteRecording", "/v1/recordings/{recording_id}", Method::delete_, recordings_write,
     blocking, kNoBody, kNone, delete_recording},
    {"putPanel", "/v1/recordings/{recording_id}/panels/{kind}", Method::put, recordings_write,
     blocking, kPanel, kNone, put_panel},
    {"getPanel", "/v1/recordings/{recording_id}/panels/{kind}", Method::get, recordings_read,
     blocking, kNoBody, kNone, get_panel},
    {"deletePanel", "/v1/recordings/{recording_id}/panels/{kind}", Method::delete_,
     recordings_write, blocking, kNoBody, kNone, delete_panel},
    {"createShare", "/v1/shares", Method::post, shares_write, blocking, kShare, kTry, create_share},
    {"listShares", "/v1/shares", Method::get, shares_read, blocking, kNoBody, kShares, list_shares},
    {"bulkCreateShares", "/v1/shares/bulk-create", Method::post, shares_write, blocking, kBulk,
     kTry, bulk_create_shares},
    {"bulkRevokeShares", "/v1/shares/bulk-revoke", Method::post, shares_write, blocking, kJson,
     kNone, bulk_revoke_shares},
    {"getShare", "/v1/shares/{share_id}", Method::get, shares_read, blocking, kNoBody, kNone,
     get_share},
    {"updateShare", "/v1/shares/{share_id}", Method::patch, shares_write, blocking, kPatch, kTry,
     update_share},
    {"deleteShare", "/v1/shares/{share_id}", Method::delete_, shares_write, blocking, kNoBody,
     kNone, delete_share},
    {"enableShare", "/v1/shares/{share_id}/enable", Method::post, shares_write, blocking, kNoBody,
     kNone, enable_share},
    {"disableShare", "/v1/shares/{share_id}/disable", Method::post, shares_write, blocking, kNoBody,
     kNone, disable_share},
    {"revokeShare", "/v1/shares/{share_id}/revoke", Method::post, shares_write, blocking, kNoBody,
     kNone, revoke_share},
    {"listLinks", "/v1/shares/{share_id}/links", Method::get, shares_read, blocking, kNoBody, kPage,
     list_links},
    {"createLink", "/v1/shares/{share_id}/links", Method::post, shares_write, blocking, kJson,
     kNone, create_link},
    {"getLink", "/v1/shares/{share_id}/links/{link_id}", Method::get, shares_read, blocking,
     kNoBody, kNone, get_link},
    {"updateLink", "/v1/shares/{share_id}/links/{link_id}", Method::patch, shares_write, blocking,
     kPatch, kNone, update_link},
    {"deleteLink", "/v1/shares/{share_id}/links/{link_id}", Method::delete_, shares_write, blocking,
     kNoBody, kNone, delete_link},
    {"rotateLink", "/v1/shares/{share_id}/links/{link_id}/rotate", Method::post, shares_write,
     blocking, kNoBody, kNone, rotate_link},
    {"listComments", "/v1/shares/{share_id}/comments", Method::get, shares_read, blocking, kNoBody,
     kPage, list_comments},
    {"sendShare", "/v1/shares/{share_id}/send", Method::post, shares_write, blocking, kNoBody,
     kNone, send_share},
    {"sendLink", "/v1/shares/{share_id}/links/{link_id}/send", Method::post, shares_write, blocking,
     kNoBody, kNone, send_link},
    {"createComment", "/v1/shares/{share_id}/comments", Method::post, shares_write, blocking, kJson,
     kNone, create_comment},
    {"getComment", "/v1/shares/{share_id}/comments/{comment_id}", Method::get, shares_read,
     blocking, kNoBody, kNone, get_comment},
    {"updateComment", "/v1/shares/{share_id}/comments/{comment_id}", Method::patch, shares_write,
     blocking, kPatch, kNone, update_comment},
    {"deleteComment", "/v1/shares/{share_id}/comments/{comment_id}", Method::delete_, shares_write,
     blocking, kNoBody, kNone, delete_comment},
    {"listViews", "/v1/shares/{share_id}/views", Method::get, shares_read, blocking, kNoBody, kPage,
     list_views},
    {"eraseViews", "/v1/shares/{share_id}/views", Method::delete_, shares_write, blocking, kNoBody,
     kRecipient, erase_views},
    {"explainShare", "/v1/shares/{share_id}/explain", Method::get, shares_read, blocking, kNoBody,
     kOneLink, explain_share},
    {"resetPasscodeAttempts", "/v1/shares/{share_id}/reset-passcode-attempts", Method::post,
     shares_write, blocking, kNoBody, kNone, reset_passcode_attempts},
    {"getPolicy", "/v1/policy", Method::get, policy_read, blocking, kNoBody, kNone, get_policy},
    {"updatePolicy", "/v1/policy", Method::patch, policy_write, blocking, kPatch, kNone,
     update_policy},
    {"simulatePolicy", "/v1/policy/simulate", Method::post, policy_read, blocking, kPatch,
     kPageToken, simulate_policy},
    {"listPresets", "/v1/presets", Method::get, policy_read, blocking, kNoBody, kNone,
     list_presets},
    {"listEvents", "/v1/events", Method::get, events_read, blocking, kNoBody, kEvents, list_events},
    {"createKey", "/v1/keys", Method::post, keys_admin, blocking, kJson, kNone, create_key},
    {"listKeys", "/v1/keys", Method::get, keys_admin, blocking, kNoBody, kPage, list_keys},
    {"deleteKey", "/v1/keys/{key_id}", Method::delete_, keys_admin, blocking, kNoBody, kNone,
     delete_key},
    {"createWebhook", "/v1/webhooks", Method::post, webhooks_write, blocking, kJson, kNone,
     create_webhook},
    {"listWebhooks", "/v1/webhooks", Method::get, webhooks_read, blocking, kNoBody, kPage,
     list_webhooks},
    {"getWebhook", "/v1/webhooks/{webhook_id}", Method::get, webhooks_read, blocking, kNoBody,
     kNone, get_webhook},
    {"updateWebhook", "/v1/webhooks/{webhook_id}", Method::patch, webhooks_write, blocking, kPatch,
     kNone, update_webhook},
    {"deleteWebhook", "/v1/webhooks/{webhook_id}", Method::delete_, webhooks_write, blocking,
     kNoBody, kNone, delete_webhook},
    {"testWebhook", "/v1/webhooks/{webhook_id}/test", Method::post, webhooks_write, blocking,
     kNoBody, kNone, test_webhook},
    {"rotateWebhookSecret", "/v1/webhooks/{webhook_id}/rotate-secret", Method::post, webhooks_write,
     blocking, kNoBody, kNone, rotate_webhook_secret},
    {"listDeliveries", "/v1/webhooks/{webhook_id}/deliveries", Method::get, webhooks_read, blocking,
     kNoBody, kDeliveries, list_deliveries},
    {"redeliverWebhook", "/v1/webhooks/{webhook_id}/redeliver", Method::post, webhooks_write,
     blocking, kJson, kNone, redeliver_webhook},
    {"resolveLink", "/v1/resolve", Method::post, kPublic, own, kJson, kNone, resolve_link,
     !kSignedQuery, kHidden},
    {"reportOpen", "/v1/resolve/open", Method::post, kPublic, own, kJson, kNone, report_open,
     !kSignedQuery, kHidden},
    {"getMedia", "/media/{path}", Method::get, kPublic, own, kNoBody, kNone, media_route,
     kSignedQuery},
    {"getOpenapi", "/openapi.yaml", Method::get, kPublic, inline_, kNoBody, kNone, get_openapi},
    {"getDocs", "/docs", Method::get, kPublic, inline_, kNoBody, kNone, get_docs},
    {"listProblems", "/problems", Method::get, kPublic, inline_, kNoBody, kNone, list_problems},
    {"getProblem", "/problems/{code}", Method::get, kPublic, inline_, kNoBody, kNone, get_problem},
    {"getIndex", "/", Method::get, kPublic, inline_, kNoBody, kNone, get_index},
};

// HEAD is GET whose body the edge keeps back; OPTIONS asks about the path, whatever is there.
bool serves(const Route& route, Method method) {
  return route.method == method || method == Method::options ||
         (method == Method::head && route.method == Method::get);
}

// The template that a path belongs to, empty when there is none. One without variables comes before
// one with them (OpenAPI 3.1, Paths Object): `bulk-create` is no share's id.
std::string_view template_of(RouteTable table, std::string_view raw_path) {
  // Most requests spell it exactly as the table does, and are spared the decoding.
  for (const Route& route : table) {
    if (route.path == raw_path && !has_variables(route)) {
      return route.path;
    }
  }
  const Path path(raw_path);
  std::string_view found;
  for (const Route& route : table) {
    if (route.path != found && path.match(route.path)) {
      if (!has_variables(route)) {
        return route.path;
      }
      found = found.empty() ? route.path : found;
    }
  }
  return found;
}

}  // namespace

RouteTable routes() { return kRoutes; }

std::size_t find_route(RouteTable table, std::string_view raw_path, Method method) {
  const std::string_view path_template = template_of(table, raw_path);
  for (std::size_t place = 0; place < table.size(); ++place) {
    if (table[place].path == path_template && serves(table[place], method)) {
      return place;
    }
  }
  if (!path_template.empty()) {
    throw core::Error(ErrorCode::method_not_allowed,
                      "This address does not take the method; Allow names those it takes.");
  }
  throw core::Error(ErrorCode::not_found, "There is nothing at this address.");
}

std::string allowed_methods(RouteTable table, std::string_view raw_path) {
  const std::string_view path_template = template_of(table, raw_path);
  std::vector<std::string_view> methods;
  for (const Route& route : table) {
    if (route.path == path_template) {
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

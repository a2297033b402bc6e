#include "api/views.hpp"

#include <string>
#include <utility>

#include "api/answer.hpp"
#include "api/page_token.hpp"
#include "api/path_ids.hpp"
#include "api/resolve_dto.hpp"
#include "api/view_dto.hpp"
#include "service/core/error.hpp"
#include "service/email_address.hpp"
#include "service/link_urls.hpp"
#include "service/opens.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxUserAgent = 1024;  // no browser's is as long

// A product that passes opens on tells its viewer's browser in the body; its own is none.
OpenReport report_of(const Call& call, const core::LinkKeys::Verified& token, OpenRequest request) {
  const auto field = call.request.head.headers.get("User-Agent").value_or("");
  return {token, std::move(request.session), request.gesture,
          request.user_agent ? *std::move(request.user_agent)
                             : std::string(field.substr(0, kMaxUserAgent)),
          std::move(request.time_zone)};
}

std::string recipient_key(const Query& query) {
  EmailReading reading = read_email_address(query.get("recipient").value_or(""));
  if (!reading.fault.empty()) {
    throw core::Error(core::ErrorCode::invalid_parameter,
                      "recipient must be the e-mail address whose views are to be erased.");
  }
  return std::move(reading.key);
}

}  // namespace

// `done` keeps the call alive.
void report_open(const Call& call, const Done& done, const Failed& failed) {
  OpenRequest request = read_open_request(call.body());
  const auto token = call.use().link_urls.verify(request.token);
  const auto told = [&call, done](const Resolution& resolution) {
    const bool taken = resolution.verdict == core::Verdict::open;
    done(taken ? no_content() : call.problem(closed(resolution)));
  };
  if (!token) {
    told({core::Verdict::link_not_found});
    return;
  }
  call.use().opens.report(report_of(call, *token, std::move(request)), told, failed);
}

http::Response list_views(const Call& call) {
  const auto share = share_id(call.path);
  const PageScope scope{call.principal().workspace, "listViews", "share_id=" + share.text()};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().opens.list(call.principal(), share, tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

// The body of a DELETE means nothing (RFC 9110 section 9.3.5).
http::Response erase_views(const Call& call) {
  const std::string recipient = recipient_key(call.query);
  const auto deleted = call.use().opens.erase(call.principal(), share_id(call.path), recipient);
  return json_answer(erased_json(deleted));
}

}  // namespace vitrine::api

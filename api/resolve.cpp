#include "api/resolve.hpp"

#include <utility>

#include "api/answer.hpp"
#include "api/resolve_dto.hpp"
#include "service/core/error.hpp"
#include "service/link_urls.hpp"
#include "service/resolver/resolver.hpp"
#include "service/telemetry/metrics.hpp"

namespace vitrine::api {

namespace {

std::string text_of(const Resolution& resolution) {
  if (!resolution.common_text) {
    return to_json(*resolution.share);
  }
  if (resolution.common_text->empty()) {
    *resolution.common_text = to_json(*resolution.share);
  }
  return *resolution.common_text;
}

http::Response answer(const Call& call, const Resolution& resolution) {
  return resolution.share ? json_answer(text_of(resolution)) : call.problem(closed(resolution));
}

ResolveQuery query_of(const Call& call, const core::LinkKeys::Verified& token,
                      ResolveRequest request) {
  return {token,
          std::move(request.include),
          std::move(request.passcode),
          std::move(request.session),
          std::move(request.viewer_token),
          call.client_address,
          [&call] { return call.client_waits(); }};
}

}  // namespace

// `done` keeps the call alive for as long as the resolver may ask or answer.
void resolve_link(const Call& call, const Done& done, const Failed& failed) {
  ResolveRequest request = read_resolve_request(call.body());
  const auto token = call.use().link_urls.verify(request.token);
  telemetry::Metrics& metrics = call.services.metrics;
  if (!token) {
    metrics.forged_token();
    done(answer(call, {core::Verdict::link_not_found}));
    return;
  }
  const auto settled = [&call, &metrics, done](const Resolution& resolution) {
    metrics.resolved(resolution.verdict);
    done(answer(call, resolution));
  };
  call.use().resolver.resolve(query_of(call, *token, std::move(request)), settled, failed);
}

}  // namespace vitrine::api

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

void answer(const Resolution& resolution, const Done& done, const Failed& failed) {
  if (resolution.share) {
    done(json_answer(text_of(resolution)));
  } else {
    failed(std::make_exception_ptr(closed(resolution)));
  }
}

}  // namespace

void resolve_link(const Call& call, const Done& done, const Failed& failed) {
  ResolveRequest request = read_resolve_request(call.body());
  const auto token = call.use().link_urls.verify(request.token);
  telemetry::Metrics& metrics = call.services.metrics;
  if (!token) {
    metrics.forged_token();
    throw closed({core::Verdict::link_not_found});
  }
  auto settled = [&metrics, done, failed](const Resolution& resolution) {
    metrics.resolved(resolution.verdict);
    answer(resolution, done, failed);
  };
  ResolveQuery query{*token, std::move(request.include), std::move(request.passcode),
                     std::move(request.session), std::move(request.viewer_token),
                     call.client_address,
                     // `done` keeps the call alive for as long as the resolver may ask.
                     [&call] { return call.client_waits(); }};
  call.use().resolver.resolve(std::move(query), std::move(settled), failed);
}

}  // namespace vitrine::api

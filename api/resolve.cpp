#include "api/resolve.hpp"

#include <utility>

#include "api/answer.hpp"
#include "api/resolve_dto.hpp"
#include "service/core/error.hpp"
#include "service/link_urls.hpp"
#include "service/resolver/resolver.hpp"
#include "service/telemetry/metrics.hpp"

namespace vitrine::api {

void resolve_link(const Call& call, const Done& done, const Failed& failed) {
  ResolveRequest request = read_resolve_request(call.body());
  const auto token = call.use().link_urls.verify(request.token);
  if (!token) {
    call.services.metrics.forged_token();
    throw closed({core::Verdict::link_not_found});
  }
  auto settled = [&metrics = call.services.metrics, done, failed](const Resolution& resolution) {
    metrics.resolved(resolution.verdict);
    if (resolution.share) {
      done(json_answer(to_json(*resolution.share)));
    } else {
      failed(std::make_exception_ptr(closed(resolution)));
    }
  };
  call.use().resolver.resolve({.token = *token,
                               .include = std::move(request.include),
                               .passcode = std::move(request.passcode),
                               .session = std::move(request.session),
                               .viewer_token = std::move(request.viewer_token),
                               .client = call.client_address},
                              std::move(settled), failed);
}

}  // namespace vitrine::api

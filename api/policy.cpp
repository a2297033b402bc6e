#include "api/policy.hpp"

#include <utility>

#include "api/answer.hpp"
#include "api/page_token.hpp"
#include "api/policy_dto.hpp"
#include "api/precondition.hpp"
#include "service/policies.hpp"

namespace vitrine::api {
namespace {

Policies::Current current(const Call& call) { return call.use().policies.get(call.principal()); }

http::Response shown(const Policies::Current& policy) {
  http::Response response = json_answer(to_json(policy));
  response.headers.set("ETag", entity_tag(policy.version));
  return response;
}

}  // namespace

http::Response get_policy(const Call& call) { return shown(current(call)); }

http::Response update_policy(const Call& call) {
  const core::PolicyPatch patch = read_policy_patch(call.body(), call.use().link_urls);
  const auto expected =
      Precondition(call.request.head.headers).expected([&] { return current(call).version; });
  return shown(call.use().policies.update(call.principal(), patch, expected));
}

http::Response simulate_policy(const Call& call) {
  const core::PolicyPatch patch = read_policy_patch(call.body(), call.use().link_urls);
  const PageScope scope{call.principal().workspace, "simulatePolicy", canonical_patch(call.body())};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = tokens.read(scope, call.query);
  return json_answer(
      to_json(call.use().policies.simulate(call.principal(), patch, page.after), scope, tokens));
}

http::Response list_presets(const Call&) { return json_answer(presets_json()); }

}  // namespace vitrine::api

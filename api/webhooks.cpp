#include "api/webhooks.hpp"

#include <optional>
#include <string>

#include "api/answer.hpp"
#include "api/idempotency_header.hpp"
#include "api/page_token.hpp"
#include "api/path_ids.hpp"
#include "api/precondition.hpp"
#include "api/webhook_dto.hpp"
#include "service/webhooks.hpp"

namespace vitrine::api {
namespace {

constexpr int kAccepted = 202;

http::Response with_tag(http::Response response, const Webhooks::Shown& shown) {
  response.headers.set("ETag", entity_tag(shown.webhook.version));
  return response;
}

http::Response accepted(std::string json) {
  http::Response response = json_answer(std::move(json));
  response.status = kAccepted;
  return response;
}

Webhooks::Shown current(const Call& call) {
  return call.use().webhooks.get(call.principal(), webhook_id(call.path));
}

std::optional<std::int64_t> expected_version(const Call& call) {
  return Precondition(call.request.head.headers).expected([&] {
    return current(call).webhook.version;
  });
}

}  // namespace

http::Response create_webhook(const Call& call) {
  const auto draft = read_webhook_draft(call.body());
  const auto made = call.use().webhooks.create(call.principal(), draft, idempotency_key(call));
  return with_tag(created("/v1/webhooks/" + made.shown.webhook.id.text(), to_json(made)),
                  made.shown);
}

http::Response list_webhooks(const Call& call) {
  const PageScope scope{call.principal().workspace, "listWebhooks", ""};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().webhooks.list(call.principal(), tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response get_webhook(const Call& call) {
  const Webhooks::Shown shown = current(call);
  return with_tag(json_answer(to_json(shown)), shown);
}

http::Response update_webhook(const Call& call) {
  core::WebhookPatch patch = read_webhook_patch(call.body());
  patch.expected_version = expected_version(call);
  const auto shown = call.use().webhooks.update(call.principal(), webhook_id(call.path), patch);
  return with_tag(json_answer(to_json(shown)), shown);
}

// The body of a DELETE means nothing (RFC 9110 section 9.3.5).
http::Response delete_webhook(const Call& call) {
  call.use().webhooks.remove(call.principal(), webhook_id(call.path), expected_version(call));
  return no_content();
}

http::Response test_webhook(const Call& call) {
  return accepted(to_json(
      call.use().webhooks.test(call.principal(), webhook_id(call.path), idempotency_key(call))));
}

http::Response rotate_webhook_secret(const Call& call) {
  core::SecretRotation rotation = read_secret_rotation(call.body());
  rotation.expected_version = expected_version(call);
  const auto made = call.use().webhooks.rotate_secret(call.principal(), webhook_id(call.path),
                                                      rotation, idempotency_key(call));
  return with_tag(json_answer(to_json(made)), made.shown);
}

http::Response list_deliveries(const Call& call) {
  const auto webhook = webhook_id(call.path);
  const auto state = read_delivery_state(call.query);
  const PageScope scope{
      call.principal().workspace, "listDeliveries",
      webhook.text() + ' ' + (state ? std::string(core::to_text(*state)) : std::string())};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().webhooks.deliveries(call.principal(), webhook, state,
                                                   tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response redeliver_webhook(const Call& call) {
  const auto wanted = read_redelivery(call.body());
  return accepted(to_json(call.use().webhooks.redeliver(call.principal(), webhook_id(call.path),
                                                        wanted, idempotency_key(call))));
}

}  // namespace vitrine::api

#pragma once

#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "api/query.hpp"
#include "service/core/page.hpp"
#include "service/webhooks.hpp"

// Webhooks as JSON. The readers throw malformed_json, or validation_failed with every fault.
namespace vitrine::api {

core::WebhookDraft read_webhook_draft(std::string_view body);
core::WebhookPatch read_webhook_patch(std::string_view body);  // a JSON merge patch (RFC 7396)
core::SecretRotation read_secret_rotation(std::string_view body);
Webhooks::Wanted read_redelivery(std::string_view body);
std::optional<core::DeliveryState> read_delivery_state(const Query& query);  // of a query

std::string to_json(const Webhooks::Shown& webhook);
std::string to_json(const Webhooks::WithSecret& webhook);
std::string to_json(const core::Page<Webhooks::Shown>& page, const PageScope& scope,
                    const PageTokens& tokens);

std::string to_json(const core::Delivery& delivery);
std::string to_json(const core::Page<core::Delivery>& page, const PageScope& scope,
                    const PageTokens& tokens);
std::string to_json(const Webhooks::Queued& queued);

}  // namespace vitrine::api

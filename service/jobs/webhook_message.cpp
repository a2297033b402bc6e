#include "service/jobs/webhook_message.hpp"

#include <string>
#include <utility>
#include <vector>

#include "service/core/webhook.hpp"
#include "service/jobs/event_json.hpp"
#include "service/telemetry/version.hpp"

namespace vitrine::jobs {
namespace {

constexpr int kTooManyRequests = 429;
constexpr int kBadGateway = 502;
constexpr int kGatewayTimeout = 504;
constexpr std::size_t kMaxFault = 200;  // characters of the column

std::vector<core::WebhookKeys> keys_of(const Leased& delivery, const WebhookKeyBox& box) {
  std::vector<core::WebhookKeys> keys;
  for (const auto& sealed : {std::optional(delivery.sealed_keys), delivery.previous_sealed_keys}) {
    if (auto opened = sealed ? box.open(delivery.endpoint, *sealed) : std::nullopt) {
      keys.push_back(*std::move(opened));
    }
  }
  return keys;
}

bool is_overloaded(const WebhookAnswer& answer) {
  return answer.timed_out || answer.status == kTooManyRequests || answer.status == kBadGateway ||
         answer.status == kGatewayTimeout;
}

core::DeliveryAttempt attempt_of(const Leased& delivery, const WebhookAnswer& answer,
                                 core::Instant at) {
  core::DeliveryAttempt attempt{delivery.attempt, at, answer.took.count(), {}, {}, {}};
  if (answer.status != 0) {
    attempt.status = answer.status;
    attempt.response = core::shown_text(answer.body);
  }
  if (!answer.fault.empty()) {
    attempt.error = answer.fault.substr(0, kMaxFault);
  }
  return attempt;
}

}  // namespace

std::optional<core::Event> event_of(const Leased& delivery) {
  if (!delivery.test) {
    return delivery.event;
  }
  return core::Event{.id = delivery.event_id,
                     .workspace = delivery.workspace,
                     .type = core::EventType::webhook_test,
                     .occurred_at = delivery.created_at,
                     .subject = {.webhook = delivery.endpoint}};
}

std::optional<WebhookRequest> webhook_request(const Leased& delivery, const core::Event& event,
                                              const WebhookKeyBox& box, core::Instant now) {
  const auto keys = keys_of(delivery, box);
  if (keys.empty()) {
    return std::nullopt;
  }
  std::string body = event_json(event);
  const std::string id = event.id.text();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const core::WebhookMessage message{id, seconds, body};
  return WebhookRequest{
      delivery.url,
      {"webhook-id: " + id, "webhook-timestamp: " + std::to_string(seconds),
       "webhook-signature: " + core::sign_webhook(message, delivery.signature, keys),
       "content-type: application/json", "user-agent: Vitrine/" + std::string(telemetry::version()),
       "expect:"},
      std::move(body)};
}

bool has_arrived(const WebhookAnswer& answer) {
  return answer.fault.empty() && answer.status >= 200 && answer.status < 300;
}

Outcome outcome_of(const Leased& delivery, const WebhookAnswer& answer, core::Instant at,
                   const core::RetrySchedule& schedule, double chance) {
  const auto attempt = attempt_of(delivery, answer, at);
  if (has_arrived(answer)) {
    return {core::DeliveryState::succeeded, {}, attempt};
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(at + answer.took);
  const auto next = schedule.next(
      {delivery.attempt, is_overloaded(answer),
       answer.retry_after ? core::parse_retry_after(*answer.retry_after, now) : std::nullopt},
      chance);
  if (delivery.test || !next) {
    return {core::DeliveryState::failed, {}, attempt};
  }
  return {core::DeliveryState::pending, *next, attempt};
}

}  // namespace vitrine::jobs

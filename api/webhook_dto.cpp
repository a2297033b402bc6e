#include "api/webhook_dto.hpp"

#include <algorithm>
#include <utility>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/object_reader.hpp"
#include "api/page_json.hpp"
#include "service/core/utf8.hpp"

namespace vitrine::api {
namespace {

constexpr StringRule kUrl{.min = 1};
constexpr StringRule kDescription{.max = 500, .min = 1, .not_blank = true};
constexpr std::string_view kSignatures = "v1 or v1a";

std::string_view or_empty_object(std::string_view body) { return body.empty() ? "{}" : body; }

std::optional<std::string> read_description(ObjectReader& webhook) {
  auto text = webhook.string("description", Need::nullable, kDescription);
  if (text && core::has_control(*text)) {
    webhook.refuse("description", "invalid_format",
                   "Must not hold line breaks, control characters or marks of direction.");
  }
  return text;
}

// A test is sent only when it is asked for.
std::optional<core::EventType> wanted_type(const Json& value) {
  const auto type =
      value.is_string() ? core::event_type(value.get_ref<const std::string&>()) : std::nullopt;
  return type == core::EventType::webhook_test ? std::nullopt : type;
}

std::optional<std::vector<core::EventType>> read_types(ObjectReader& webhook) {
  const Json* const named = webhook.array("event_types", Need::nullable, core::kEventTypes);
  if (named == nullptr) {
    return std::nullopt;
  }
  std::vector<core::EventType> types;
  const Place place = webhook.place().member("event_types");
  for (std::size_t index = 0; index < named->size(); ++index) {
    const Json& one = (*named)[index];
    const auto type = wanted_type(one);
    if (!type) {
      webhook.faults().add(place.item(index), one.is_string() ? "invalid_format" : "wrong_type",
                           "Must be a type of event, such as share.created.");
    } else if (std::ranges::find(types, *type) != types.end()) {
      webhook.faults().add(place.item(index), "duplicate", "Name each type once.");
    } else {
      types.push_back(*type);
    }
  }
  if (named->empty()) {
    webhook.refuse("event_types", "out_of_range",
                   "Name at least one type, or give null for all of them.");
  }
  return types;
}

std::optional<std::vector<std::uint8_t>> read_secret(ObjectReader& object) {
  return object.parsed<std::vector<std::uint8_t>>("secret", Need::nullable,
                                                  core::parse_webhook_secret,
                                                  "whsec_ and the base64 of 24 to 64 random bytes");
}

std::optional<core::WebhookSignature> read_signature(ObjectReader& webhook) {
  return webhook.parsed<core::WebhookSignature>("signature", Need::optional,
                                                core::webhook_signature, kSignatures);
}

void ignore_output(ObjectReader& webhook) {
  webhook.ignore({"id", "disabled_reason", "disabled_at", "failing_since", "public_key",
                  "previous_secret_until", "created_at", "updated_at", "version"});
}

template <class Value>
std::optional<std::string_view> text_of(const std::optional<Value>& value) {
  return value ? std::optional(core::to_text(*value)) : std::nullopt;
}

void write_members(JsonWriter& json, const Webhooks::Shown& shown) {
  const core::Webhook& webhook = shown.webhook;
  json.member("id", webhook.id.text())
      .member("url", webhook.url)
      .member("description", webhook.description)
      .name("event_types");
  if (webhook.event_types) {
    json.open_array();
    for (const core::EventType type : *webhook.event_types) {
      json.value(core::to_text(type));
    }
    json.close_array();
  } else {
    json.null();
  }
  json.member("enabled", webhook.enabled())
      .member("disabled_reason", text_of(webhook.disabled))
      .member("disabled_at", webhook.disabled_at)
      .member("failing_since", webhook.failing_since)
      .member("signature", core::to_text(webhook.signature))
      .member("public_key", shown.public_key)
      .member("previous_secret_until", webhook.previous_until)
      .member("created_at", webhook.created_at)
      .member("updated_at", webhook.updated_at)
      .member("version", webhook.version);
}

void write_webhook(JsonWriter& json, const Webhooks::Shown& shown) {
  json.open_object();
  write_members(json, shown);
  json.close_object();
}

void write_delivery(JsonWriter& json, const core::Delivery& delivery) {
  json.open_object()
      .member("id", delivery.id.text())
      .member("event_id", delivery.event.text())
      .member("event_type", text_of(delivery.type))
      .member("state", core::to_text(delivery.state))
      .member("next_attempt_at", delivery.next_attempt_at)
      .member("created_at", delivery.created_at)
      .member("finished_at", delivery.finished_at)
      .name("attempts")
      .open_array();
  for (const core::DeliveryAttempt& attempt : delivery.attempts) {
    json.open_object()
        .member("attempt", attempt.attempt)
        .member("at", attempt.at)
        .member("took_ms", attempt.took_ms)
        .member("status", attempt.status)
        .member("error", attempt.error)
        .member("response", attempt.response)
        .close_object();
  }
  json.close_array().close_object();
}

}  // namespace

core::WebhookDraft read_webhook_draft(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader webhook(document.root(), faults);
  auto url = webhook.string("url", Need::required, kUrl);
  auto description = read_description(webhook);
  auto types = read_types(webhook);
  const auto enabled = webhook.boolean("enabled", Need::optional);
  const auto signature = read_signature(webhook);
  auto secret = read_secret(webhook);
  ignore_output(webhook);
  webhook.refuse_unknown();
  faults.raise();
  return {*std::move(url),
          std::move(description),
          std::move(types),
          enabled.value_or(true),
          signature.value_or(core::WebhookSignature::v1),
          std::move(secret)};
}

core::WebhookPatch read_webhook_patch(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader webhook(document.root(), faults);
  core::WebhookPatch patch;
  patch.url = webhook.string("url", Need::optional, kUrl);
  patch.description = webhook.change("description", [&] { return read_description(webhook); });
  patch.event_types = webhook.change("event_types", [&] { return read_types(webhook); });
  patch.enabled = webhook.boolean("enabled", Need::optional);
  patch.signature = read_signature(webhook);
  webhook.read_only("secret", "Use rotate-secret, which lets the old one work for a while.");
  ignore_output(webhook);
  webhook.refuse_unknown();
  faults.raise();
  return patch;
}

core::SecretRotation read_secret_rotation(std::string_view body) {
  const JsonDocument document = JsonDocument::read(or_empty_object(body));
  Faults faults(document.faults());
  ObjectReader asked(document.root(), faults);
  core::SecretRotation rotation;
  rotation.overlap_seconds =
      asked.integer("overlap_seconds", Need::optional, {.min = 0, .max = core::kMaxOverlapSeconds})
          .value_or(rotation.overlap_seconds);
  rotation.secret = read_secret(asked);
  asked.refuse_unknown();
  faults.raise();
  return rotation;
}

Webhooks::Wanted read_redelivery(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader asked(document.root(), faults);
  const bool both = asked.find("event_id") != nullptr && asked.find("since") != nullptr;
  const bool one = asked.find("event_id") != nullptr || asked.find("since") != nullptr;
  const auto event = asked.parsed<core::EventId>("event_id", Need::optional, core::EventId::parse,
                                                 "the id of an event");
  const auto since = asked.instant("since", Need::optional);
  if (both) {
    asked.refuse("since", "conflicting_fields", "Give event_id or since, not both.");
  } else if (!one) {
    faults.add(asked.place(), "required", "Give event_id, or since.");
  }
  asked.refuse_unknown();
  faults.raise();
  return {event, since};
}

std::optional<core::DeliveryState> read_delivery_state(const Query& query) {
  const auto text = query.get("state");
  const auto state = text ? core::delivery_state(*text) : std::nullopt;
  if (text && !state) {
    throw core::Error(core::ErrorCode::invalid_parameter,
                      "state must be pending, succeeded or failed.");
  }
  return state;
}

std::string to_json(const Webhooks::Shown& webhook) {
  JsonWriter json;
  write_webhook(json, webhook);
  return json.take();
}

std::string to_json(const Webhooks::WithSecret& webhook) {
  JsonWriter json;
  json.open_object();
  write_members(json, webhook.shown);
  json.member("secret", webhook.secret).close_object();
  return json.take();
}

std::string to_json(const core::Page<Webhooks::Shown>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens, write_webhook);
}

std::string to_json(const core::Delivery& delivery) {
  JsonWriter json;
  write_delivery(json, delivery);
  return json.take();
}

std::string to_json(const core::Page<core::Delivery>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens, write_delivery);
}

std::string to_json(const Webhooks::Queued& queued) {
  JsonWriter json;
  json.open_object()
      .member("queued", queued.count)
      .member("more_since", queued.more_since)
      .close_object();
  return json.take();
}

}  // namespace vitrine::api

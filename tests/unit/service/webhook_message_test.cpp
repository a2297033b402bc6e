#include "service/jobs/webhook_message.hpp"

#include <catch2/catch.hpp>

#include "service/jobs/event_json.hpp"

using namespace vitrine;
using namespace vitrine::jobs;
using namespace std::chrono_literals;

namespace {

const core::Instant kNow{1'764'000'000'500ms};
constexpr double kMiddle = 0.5;

template <class Id>
Id id(std::uint8_t last) {
  core::Uuid uuid;
  uuid.bytes.back() = last;
  return Id(uuid);
}

const core::LinkKeys& link_keys() {
  static const core::LinkKeys keys({{7, core::KeyState::active, {}}});
  return keys;
}

Leased delivery(int attempt = 1) {
  const core::EventId event = id<core::EventId>(1);
  Leased leased{
      .id = id<core::DeliveryId>(2),
      .endpoint = id<core::WebhookId>(3),
      .workspace = id<core::WorkspaceId>(4),
      .attempt = attempt,
      .test = false,
      .event_id = event,
      .event =
          core::Event{event, id<core::WorkspaceId>(4), core::EventType::policy_updated, kNow, {}},
      .created_at = kNow,
      .url = "https://hooks.example.com/",
      .signature = core::WebhookSignature::v1,
      .sealed_keys = {},
      .previous_sealed_keys = {}};
  return leased;
}

WebhookAnswer answer(int status) {
  WebhookAnswer given;
  given.status = status;
  given.took = 12ms;
  return given;
}

Outcome outcome(const Leased& leased, const WebhookAnswer& given) {
  return outcome_of(leased, given, kNow, core::RetrySchedule(), kMiddle);
}

std::string field(const WebhookRequest& request, const std::string& name) {
  for (const std::string& one : request.fields) {
    if (one.starts_with(name + ": ")) {
      return one.substr(name.size() + 2);
    }
  }
  return "";
}

}  // namespace

TEST_CASE("a message carries the event's id, the attempt's time and both secrets' signatures",
          "[service][webhook_message]") {
  const WebhookKeyBox box(link_keys());
  const core::WebhookKeys now = core::WebhookKeys::random();
  const core::WebhookKeys before = core::WebhookKeys::random();
  Leased leased = delivery();
  leased.sealed_keys = box.seal(leased.endpoint, now);
  leased.previous_sealed_keys = box.seal(leased.endpoint, before);
  const auto request = webhook_request(leased, *leased.event, box, kNow);
  REQUIRE(request);
  CHECK(request->url == leased.url);
  CHECK(request->body == event_json(*leased.event));
  CHECK(field(*request, "webhook-id") == leased.event_id.text());
  CHECK(field(*request, "webhook-timestamp") == "1764000000");
  CHECK(field(*request, "content-type") == "application/json");
  CHECK(field(*request, "webhook-signature") ==
        sign_webhook({leased.event_id.text(), 1'764'000'000, request->body},
                     core::WebhookSignature::v1, {now, before}));
}

TEST_CASE("keys open for their own webhook alone", "[service][webhook_message]") {
  const WebhookKeyBox box(link_keys());
  const core::WebhookKeys keys = core::WebhookKeys::random();
  const std::string sealed = box.seal(id<core::WebhookId>(3), keys);
  CHECK(box.open(id<core::WebhookId>(3), sealed) == keys);
  CHECK_FALSE(box.open(id<core::WebhookId>(4), sealed));
  Leased leased = delivery();
  leased.sealed_keys = box.seal(id<core::WebhookId>(4), keys);
  CHECK_FALSE(webhook_request(leased, *leased.event, box, kNow));
}

TEST_CASE("a test is an event of its own making", "[service][webhook_message]") {
  Leased leased = delivery();
  leased.event.reset();
  CHECK_FALSE(event_of(leased));
  leased.test = true;
  const auto event = event_of(leased);
  REQUIRE(event);
  CHECK(event->type == core::EventType::webhook_test);
  CHECK(event->subject.webhook == leased.endpoint);
}

TEST_CASE("only a whole answer of 2xx is success", "[service][webhook_message]") {
  for (const int status : {200, 201, 202, 204, 299}) {
    CHECK(outcome(delivery(), answer(status)).state == core::DeliveryState::succeeded);
  }
  for (const int status : {0, 100, 199, 300, 301, 304, 400, 404, 410, 418, 500, 503, 999}) {
    INFO(status);
    CHECK(outcome(delivery(), answer(status)).state == core::DeliveryState::pending);
  }
  WebhookAnswer cut = answer(200);
  cut.fault = "It broke.";
  CHECK(outcome(delivery(), cut).state == core::DeliveryState::pending);
}

TEST_CASE("a failure is tried again by the schedule, and at its end no more",
          "[service][webhook_message]") {
  CHECK(outcome(delivery(1), answer(500)).next_in == 5s);
  CHECK(outcome(delivery(9), answer(500)).next_in == 24h);
  CHECK(outcome(delivery(10), answer(500)).state == core::DeliveryState::failed);
  for (const int status : {429, 502, 504}) {
    CHECK(outcome(delivery(1), answer(status)).next_in == 1min);
  }
  WebhookAnswer late = answer(0);
  late.timed_out = true;
  CHECK(outcome(delivery(1), late).next_in == 1min);
  WebhookAnswer wish = answer(503);
  wish.retry_after = "3600";
  CHECK(outcome(delivery(1), wish).next_in == 1h);
  wish.retry_after = "Mon, 24 Nov 2025 16:30:00 GMT";
  CHECK(outcome(delivery(1), wish).next_in == 30min);
}

TEST_CASE("a test is tried once", "[service][webhook_message]") {
  Leased test = delivery(1);
  test.test = true;
  CHECK(outcome(test, answer(500)).state == core::DeliveryState::failed);
  CHECK(outcome(test, answer(200)).state == core::DeliveryState::succeeded);
}

TEST_CASE("an attempt tells what came, and an absent answer tells nothing",
          "[service][webhook_message]") {
  WebhookAnswer given = answer(500);
  given.body = std::string("no\0pe", 5);
  const auto told = outcome(delivery(3), given).attempt.value();
  CHECK(told.attempt == 3);
  CHECK(told.at == kNow);
  CHECK(told.took_ms == 12);
  CHECK(told.status == 500);
  CHECK(told.response == "no pe");
  CHECK_FALSE(told.error);
  WebhookAnswer none = answer(0);
  none.fault = std::string(500, 'x');
  const auto nothing = outcome(delivery(), none).attempt.value();
  CHECK_FALSE(nothing.status);
  CHECK_FALSE(nothing.response);
  CHECK(nothing.error == std::string(200, 'x'));
}

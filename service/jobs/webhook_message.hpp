#pragma once

#include <optional>

#include "service/core/instant.hpp"
#include "service/core/retry_schedule.hpp"
#include "service/jobs/webhook_client.hpp"
#include "service/store/delivery_queue.hpp"
#include "service/webhook_key_box.hpp"

// What one delivery says, and what its answer means. Pure but for the random numbers that are
// given.
namespace vitrine::jobs {

using store::delivery_queue::Leased;
using store::delivery_queue::Outcome;

// The event of a delivery: of the feed, or made up for a test; nothing when it is no longer kept.
std::optional<core::Event> event_of(const Leased& delivery);

// As Standard Webhooks 1.0 has it. Nothing when no key can be read.
std::optional<WebhookRequest> webhook_request(const Leased& delivery, const core::Event& event,
                                              const WebhookKeyBox& keys, core::Instant now);

// Whether the endpoint has taken it: 2xx, and all of the answer came.
bool has_arrived(const WebhookAnswer& answer);

// What becomes of the delivery; `chance` is from 0 to 1. A test is tried once.
Outcome outcome_of(const Leased& delivery, const WebhookAnswer& answer, core::Instant at,
                   const core::RetrySchedule& schedule, double chance);

}  // namespace vitrine::jobs

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "service/core/page.hpp"
#include "service/core/webhook.hpp"
#include "service/store/pool.hpp"

// What was, or is to be, delivered to a webhook, as its owner sees it. Sending is delivery_queue's.
namespace vitrine::store::delivery_store {

// Newest first, each with its attempts; nothing when there is no such webhook.
std::optional<core::Page<core::Delivery>> page(Transaction& transaction,
                                               const core::WorkspaceId& workspace,
                                               const core::WebhookId& webhook,
                                               std::optional<core::DeliveryState> state,
                                               const core::PageRequest& request);

std::optional<core::Delivery> find(Transaction& transaction, const core::WorkspaceId& workspace,
                                   const core::WebhookId& webhook,
                                   const core::DeliveryId& delivery);

// A test of the webhook, to be sent at once.
void insert_test(Transaction& transaction, const core::WorkspaceId& workspace,
                 const core::WebhookId& webhook, const core::DeliveryId& delivery,
                 const core::EventId& event);

// One event of the feed once more, whatever became of it before. False when it is not kept.
bool repeat(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::WebhookId& webhook, const core::EventId& event);

struct Repeated {
  std::int64_t count = 0;
  std::optional<core::Instant> more_since;  // when the limit was met: where the rest begins
};
// What has happened since then and the webhook wants, in the order of the feed and at most so many
// events; but for what is waiting already.
Repeated repeat_since(Transaction& transaction, const core::WorkspaceId& workspace,
                      const core::WebhookId& webhook, core::Instant since, int limit);

// Removes at most so many deliveries that were over longer ago. Gives how many went.
std::int64_t purge(Transaction& transaction, std::chrono::days age, int limit);

}  // namespace vitrine::store::delivery_store

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/core/event.hpp"
#include "service/core/webhook.hpp"
#include "service/store/pool.hpp"

// Deliveries on their way. Whoever takes one moves its next attempt on, which is its lease: when
// the taker dies, the delivery comes due again by itself. What a taker reports counts only while
// nobody has taken the delivery after it. Works across workspaces; for the sender alone.
namespace vitrine::store::delivery_queue {

// An endpoint for which deliveries wait.
struct Endpoint {
  core::WebhookId id;
  bool disabled;
  bool failing;
  bool due;  // at least one may be sent now
};

// The next so many endpoints behind `after`, in the order of their ids. It costs a few pages of an
// index for each endpoint, however many deliveries wait for it.
std::vector<Endpoint> endpoints(Transaction& transaction,
                                const std::optional<core::WebhookId>& after, int limit);

struct Quota {
  core::WebhookId endpoint;
  int deliveries;
};

struct Leased {
  core::DeliveryId id;
  core::WebhookId endpoint;
  core::WorkspaceId workspace;
  int attempt;  // 1 is the first
  bool test;
  core::EventId event_id;
  std::optional<core::Event> event;  // absent: a test, or no longer kept
  core::Instant created_at;
  std::string url;
  core::WebhookSignature signature;
  std::string sealed_keys;
  std::optional<std::string> previous_sealed_keys;  // that still sign too
};

// Takes what is due, at most as many for each endpoint as its quota says, the longest due first.
std::vector<Leased> lease(Transaction& transaction, const std::vector<Quota>& quotas,
                          std::chrono::seconds lease);

struct Outcome {
  core::DeliveryState state;                          // pending: to be tried again
  std::chrono::milliseconds next_in{0};               // when pending
  std::optional<core::DeliveryAttempt> attempt = {};  // absent: nothing was tried
};
// False when it is no longer the taker's.
bool settle(Transaction& transaction, const core::DeliveryId& delivery, int attempt,
            const Outcome& outcome);

// As if it had never been taken.
void give_back(Transaction& transaction, const core::DeliveryId& delivery, int attempt);

// Ends at most so many deliveries that wait for a disabled endpoint. Gives how many.
std::int64_t give_up(Transaction& transaction, const core::WebhookId& endpoint, int limit);

struct Backlog {
  std::int64_t deliveries;               // due now; counted up to 100,000
  std::chrono::milliseconds oldest_age;  // since the longest due came due
};
Backlog backlog(Transaction& transaction);

}  // namespace vitrine::store::delivery_queue

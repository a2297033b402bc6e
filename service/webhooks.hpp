#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/core/idempotency.hpp"
#include "service/core/page.hpp"
#include "service/core/scope.hpp"
#include "service/core/webhook.hpp"
#include "service/jobs/webhook_url.hpp"
#include "service/webhook_key_box.hpp"

namespace vitrine {

namespace store {
class Pool;
class Transaction;
}  // namespace store

// Where the events of a workspace are posted, and what became of it. Every call works within the
// principal's workspace; another workspace's webhook does not exist for it. Blocking; thread-safe.
// Throws not_found, unavailable, timeout, outcome_unknown, and what its function names.
class Webhooks {
 public:
  Webhooks(store::Pool& pool, const core::LinkKeys& keys, jobs::Destinations destinations)
      : pool_(pool), keys_(keys), destinations_(destinations) {}

  struct Shown {
    core::Webhook webhook;
    // With v1a. Absent also when the keys were sealed by a link key that is gone.
    std::optional<std::string> public_key;
  };
  struct WithSecret {
    Shown shown;
    std::string secret;  // shown this once
  };

  core::Page<Shown> list(const core::Principal& principal, const core::PageRequest& page);
  Shown get(const core::Principal& principal, const core::WebhookId& id);

  // A repeated request gets the same webhook with the same secret. Throws validation_failed,
  // conflict (the workspace has kMaxWebhooks) and what make_once throws.
  WithSecret create(const core::Principal& principal, const core::WebhookDraft& draft,
                    const std::optional<core::IdempotencyKey>& key);

  // A new URL, or being switched on or off, ends what was held against the endpoint. Throws
  // etag_mismatch, validation_failed.
  Shown update(const core::Principal& principal, const core::WebhookId& id,
               const core::WebhookPatch& patch);

  // It gets nothing from the moment the call returns, but for what is in flight. Throws
  // etag_mismatch.
  void remove(const core::Principal& principal, const core::WebhookId& id,
              std::optional<std::int64_t> expected_version);

  // The secret before signs too for the overlap. Throws etag_mismatch and what make_once throws.
  WithSecret rotate_secret(const core::Principal& principal, const core::WebhookId& id,
                           const core::SecretRotation& rotation,
                           const std::optional<core::IdempotencyKey>& key);

  // Sends a webhook.test soon. Throws conflict while it is disabled, and what make_once throws.
  core::Delivery test(const core::Principal& principal, const core::WebhookId& id,
                      const std::optional<core::IdempotencyKey>& key);

  core::Page<core::Delivery> deliveries(const core::Principal& principal, const core::WebhookId& id,
                                        std::optional<core::DeliveryState> state,
                                        const core::PageRequest& page);

  // What to send once more: one event, or those since a time.
  struct Wanted {
    std::optional<core::EventId> event;
    std::optional<core::Instant> since;
  };
  struct Queued {
    std::int64_t count;
    std::optional<core::Instant> more_since;  // absent: that was all
  };
  // Throws conflict while it is disabled, validation_failed (the event is not kept) and what
  // make_once throws.
  Queued redeliver(const core::Principal& principal, const core::WebhookId& id,
                   const Wanted& wanted, const std::optional<core::IdempotencyKey>& key);

 private:
  Shown shown(const core::Webhook& webhook, const std::string& sealed_keys) const;
  WithSecret read_again(store::Transaction& transaction, const core::WorkspaceId& workspace,
                        const std::string& result) const;

  store::Pool& pool_;
  const WebhookKeyBox keys_;
  const jobs::Destinations destinations_;
};

}  // namespace vitrine

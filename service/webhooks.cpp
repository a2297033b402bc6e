#include "service/webhooks.hpp"

#include <stdexcept>
#include <utility>

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/idempotency.hpp"
#include "service/store/delivery_store.hpp"
#include "service/store/event_store.hpp"
#include "service/store/webhook_store.hpp"

namespace vitrine {
namespace {

using core::ErrorCode;
using core::EventType;
using store::Transaction;
namespace delivery_store = store::delivery_store;
namespace webhook_store = store::webhook_store;

constexpr std::size_t kIdLength = 30;  // whk_ and 26 characters
constexpr int kMostRedelivered = 10'000;

core::Error no_webhook() { return {ErrorCode::not_found, "There is no webhook of this id."}; }

template <class Found>
auto found(Found maybe) {
  if (!maybe) {
    throw no_webhook();
  }
  return *std::move(maybe);
}

// The webhook as it is now, which nobody else changes before this transaction ends.
webhook_store::Row current(Transaction& transaction, const core::WorkspaceId& workspace,
                           const core::WebhookId& id,
                           std::optional<std::int64_t> expected_version) {
  auto row = found(webhook_store::lock(transaction, workspace, id));
  if (expected_version && *expected_version != row.webhook.version) {
    throw core::Error(ErrorCode::etag_mismatch,
                      "The webhook was changed since you read it: read it again, then repeat.");
  }
  return row;
}

void require_enabled(const core::Webhook& webhook) {
  if (!webhook.enabled()) {
    throw core::Error(ErrorCode::conflict,
                      "The webhook is disabled and gets nothing: enable it first.");
  }
}

std::string read_url(const std::string& text, jobs::Destinations destinations) {
  auto reading = jobs::read_webhook_url(text, destinations);
  if (!reading.fault.empty()) {
    throw core::Error({{"/url", "invalid_format", std::move(reading.fault)}});
  }
  return std::move(reading.url);
}

void tell(Transaction& transaction, const core::WorkspaceId& workspace, EventType type,
          const core::WebhookId& id, std::optional<std::string> reason = {}) {
  store::event_store::append(transaction, workspace,
                             {{type, {.webhook = id, .reason = std::move(reason)}}});
}

core::WebhookKeys keys_with(const std::optional<std::vector<std::uint8_t>>& secret) {
  core::WebhookKeys keys = core::WebhookKeys::random();
  if (secret) {
    keys.secret = *secret;
  }
  return keys;
}

core::Webhook changed(core::Webhook webhook, const core::WebhookPatch& patch) {
  const std::string url = std::exchange(webhook.url, patch.url.value_or(webhook.url));
  webhook.description = patch.description.value_or(webhook.description);
  webhook.event_types = patch.event_types.value_or(webhook.event_types);
  webhook.signature = patch.signature.value_or(webhook.signature);
  const bool switched = patch.enabled && *patch.enabled != webhook.enabled();
  if (switched) {
    webhook.disabled = *patch.enabled ? std::nullopt : std::optional(core::DisabledReason::owner);
  }
  if (switched || url != webhook.url) {
    webhook.failing_since.reset();
  }
  return webhook;
}

// A change of the switch has its own event.
void tell_change(Transaction& transaction, const core::WorkspaceId& workspace,
                 const core::Webhook& before, const core::Webhook& after) {
  core::Webhook unswitched = after;
  unswitched.disabled = before.disabled;
  unswitched.failing_since = before.failing_since;
  if (unswitched != before) {
    tell(transaction, workspace, EventType::webhook_updated, after.id);
  }
  if (before.enabled() && !after.enabled()) {
    tell(transaction, workspace, EventType::webhook_disabled, after.id, "owner");
  } else if (!before.enabled() && after.enabled()) {
    tell(transaction, workspace, EventType::webhook_enabled, after.id);
  }
}

// What a repeated redelivery is answered: `count` or `count more_since`.
std::string text_of(const Webhooks::Queued& queued) {
  return std::to_string(queued.count) +
         (queued.more_since ? ' ' + core::format_rfc3339(*queued.more_since) : "");
}

Webhooks::Queued queued_of(const std::string& text) {
  const auto space = text.find(' ');
  return {std::stoll(text.substr(0, space)),
          space == std::string::npos ? std::nullopt : core::parse_rfc3339(text.substr(space + 1))};
}

}  // namespace

Webhooks::Shown Webhooks::shown(const core::Webhook& webhook,
                                const std::string& sealed_keys) const {
  if (webhook.signature == core::WebhookSignature::v1) {
    return {webhook, std::nullopt};
  }
  const auto keys = keys_.open(webhook.id, sealed_keys);
  return {webhook, keys ? std::optional(core::webhook_public_key_text(*keys)) : std::nullopt};
}

core::Page<Webhooks::Shown> Webhooks::list(const core::Principal& principal,
                                           const core::PageRequest& page) {
  const auto rows = store::single_read(pool_, [&](Transaction& transaction) {
    return webhook_store::page(transaction, principal.workspace, page);
  });
  core::Page<Shown> answer;
  answer.next = rows.next;
  for (const auto& row : rows.items) {
    answer.items.push_back(shown(row.webhook, row.sealed_keys));
  }
  return answer;
}

Webhooks::Shown Webhooks::get(const core::Principal& principal, const core::WebhookId& id) {
  const auto row = found(store::single_read(pool_, [&](Transaction& transaction) {
    return webhook_store::find(transaction, principal.workspace, id);
  }));
  return shown(row.webhook, row.sealed_keys);
}

// `result` is what make_once has kept: the id, and the keys of then, sealed.
Webhooks::WithSecret Webhooks::read_again(Transaction& transaction,
                                          const core::WorkspaceId& workspace,
                                          const std::string& result) const {
  const auto id = core::WebhookId::parse(result.substr(0, kIdLength)).value();
  const auto keys = keys_.open(id, result.substr(kIdLength));
  if (!keys) {
    throw std::runtime_error("the keys of a webhook were sealed by a link key that is gone");
  }
  const auto row = found(webhook_store::find(transaction, workspace, id));
  return {shown(row.webhook, row.sealed_keys), core::webhook_secret_text(*keys)};
}

Webhooks::WithSecret Webhooks::create(const core::Principal& principal,
                                      const core::WebhookDraft& draft,
                                      const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto id = new_id<core::WebhookId>();
  const std::string sealed = keys_.seal(id, keys_with(draft.secret));
  webhook_store::Row row{{.id = id,
                          .url = read_url(draft.url, destinations_),
                          .description = draft.description,
                          .event_types = draft.event_types,
                          .signature = draft.signature},
                         sealed};
  if (!draft.enabled) {
    row.webhook.disabled = core::DisabledReason::owner;
  }
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto find = [&](const std::string& result) {
      return read_again(transaction, workspace, result);
    };
    const auto make = [&] {
      webhook_store::lock_workspace(transaction, workspace);
      if (!webhook_store::insert(transaction, workspace, row, core::kMaxWebhooks)) {
        throw core::Error(ErrorCode::conflict,
                          "The workspace has 50 webhooks, which is the most: remove one first.");
      }
      tell(transaction, workspace, EventType::webhook_created, id);
      return find(id.text() + sealed);
    };
    const auto name = [&](const WithSecret&) { return id.text() + sealed; };
    return make_once(transaction, principal, "createWebhook", key, make, name, find);
  });
}

Webhooks::Shown Webhooks::update(const core::Principal& principal, const core::WebhookId& id,
                                 const core::WebhookPatch& patch) {
  const core::WorkspaceId& workspace = principal.workspace;
  core::WebhookPatch wanted = patch;
  if (wanted.url) {
    wanted.url = read_url(*wanted.url, destinations_);
  }
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto before = current(transaction, workspace, id, patch.expected_version);
    const core::Webhook after = changed(before.webhook, wanted);
    if (after == before.webhook) {
      return shown(after, before.sealed_keys);
    }
    webhook_store::update(transaction, workspace, after);
    tell_change(transaction, workspace, before.webhook, after);
    const auto row = found(webhook_store::find(transaction, workspace, id));
    return shown(row.webhook, row.sealed_keys);
  });
}

void Webhooks::remove(const core::Principal& principal, const core::WebhookId& id,
                      std::optional<std::int64_t> expected_version) {
  const core::WorkspaceId& workspace = principal.workspace;
  store::in_transaction(pool_, [&](Transaction& transaction) {
    current(transaction, workspace, id, expected_version);
    webhook_store::remove(transaction, workspace, id);
    tell(transaction, workspace, EventType::webhook_deleted, id);
  });
}

Webhooks::WithSecret Webhooks::rotate_secret(const core::Principal& principal,
                                             const core::WebhookId& id,
                                             const core::SecretRotation& rotation,
                                             const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  const std::string sealed = keys_.seal(id, keys_with(rotation.secret));
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto find = [&](const std::string& result) {
      return read_again(transaction, workspace, result);
    };
    const auto make = [&] {
      current(transaction, workspace, id, rotation.expected_version);
      webhook_store::replace_keys(transaction, workspace, id, sealed,
                                  std::chrono::seconds(rotation.overlap_seconds));
      tell(transaction, workspace, EventType::webhook_secret_rotated, id);
      return find(id.text() + sealed);
    };
    const auto name = [&](const WithSecret&) { return id.text() + sealed; };
    return make_once(transaction, principal, "rotateWebhookSecret", key, make, name, find);
  });
}

core::Delivery Webhooks::test(const core::Principal& principal, const core::WebhookId& id,
                              const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto delivery = new_id<core::DeliveryId>();
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto find = [&](const std::string& name) {
      return found(
          delivery_store::find(transaction, workspace, id, core::DeliveryId::parse(name).value()));
    };
    const auto make = [&] {
      require_enabled(found(webhook_store::find(transaction, workspace, id)).webhook);
      delivery_store::insert_test(transaction, workspace, id, delivery, new_id<core::EventId>());
      return find(delivery.text());
    };
    const auto name = [](const core::Delivery& made) { return made.id.text(); };
    return make_once(transaction, principal, "testWebhook", key, make, name, find);
  });
}

core::Page<core::Delivery> Webhooks::deliveries(const core::Principal& principal,
                                                const core::WebhookId& id,
                                                std::optional<core::DeliveryState> state,
                                                const core::PageRequest& page) {
  return found(store::single_read(pool_, [&](Transaction& transaction) {
    return delivery_store::page(transaction, principal.workspace, id, state, page);
  }));
}

Webhooks::Queued Webhooks::redeliver(const core::Principal& principal, const core::WebhookId& id,
                                     const Wanted& wanted,
                                     const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto make = [&]() -> Queued {
      // Locked, so that two at once do not both queue what neither sees of the other.
      require_enabled(current(transaction, workspace, id, std::nullopt).webhook);
      if (wanted.event) {
        if (!delivery_store::repeat(transaction, workspace, id, *wanted.event)) {
          throw core::Error({{"/event_id", "not_found", "There is no such event any more."}});
        }
        return {1, std::nullopt};
      }
      const auto repeated = delivery_store::repeat_since(transaction, workspace, id,
                                                         wanted.since.value(), kMostRedelivered);
      return {repeated.count, repeated.more_since};
    };
    return make_once(transaction, principal, "redeliverWebhook", key, make, text_of, queued_of);
  });
}

}  // namespace vitrine

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "service/core/page.hpp"
#include "service/core/webhook.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::webhook_store {

// A webhook and the sealed keys that sign what it gets.
struct Row {
  core::Webhook webhook;
  std::string sealed_keys;
};

// Nobody else adds a webhook to the workspace before this transaction ends.
void lock_workspace(Transaction& transaction, const core::WorkspaceId& workspace);

// False when the workspace has that many. The workspace is locked.
bool insert(Transaction& transaction, const core::WorkspaceId& workspace, const Row& row,
            int max_webhooks);

std::optional<Row> find(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::WebhookId& webhook);

// Nobody else changes it before this transaction ends.
std::optional<Row> lock(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::WebhookId& webhook);

core::Page<Row> page(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::PageRequest& request);  // newest first

// What the owner may change of a locked webhook, and whether it is failing; raises the version. It
// is disabled from now on when it was not.
void update(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Webhook& webhook);

// New keys for a locked webhook; those before sign too for so long. Raises the version.
void replace_keys(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::WebhookId& webhook, const std::string& sealed_keys,
                  std::chrono::seconds overlap);

// Gone for everyone; its deliveries are cleared away by remove_deleted. False when it is not there.
bool remove(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::WebhookId& webhook);

// Clears away at most so many deliveries of deleted webhooks, and the webhooks that have none. Any
// number of processes may do so at once. Gives how many deliveries went.
std::int64_t remove_deleted(Transaction& transaction, int limit);

// What sending has told of an endpoint. `url` is where it was sent: a webhook that leads elsewhere
// by now is left as it is.
void set_working(Transaction& transaction, const core::WebhookId& webhook);
void set_failing(Transaction& transaction, const core::WebhookId& webhook, const std::string& url);

// Disables it, and gives its workspace when that was done just now.
std::optional<core::WorkspaceId> disable_gone(Transaction& transaction,
                                              const core::WebhookId& webhook,
                                              const std::string& url);
std::optional<core::WorkspaceId> disable_failing(Transaction& transaction,
                                                 const core::WebhookId& webhook,
                                                 std::chrono::hours failing_for);

}  // namespace vitrine::store::webhook_store

#pragma once

#include <optional>
#include <string>

#include "service/core/ids.hpp"
#include "service/core/secret_box.hpp"
#include "service/core/webhook_signature.hpp"

namespace vitrine {

// The keys of webhooks as the database keeps them: sealed, each for its webhook alone. Immutable;
// thread-safe.
class WebhookKeyBox {
 public:
  explicit WebhookKeyBox(const core::LinkKeys& keys);

  std::string seal(const core::WebhookId& webhook, const core::WebhookKeys& keys) const;

  // Nothing when they were sealed by a link key that is gone.
  std::optional<core::WebhookKeys> open(const core::WebhookId& webhook,
                                        const std::string& sealed) const;

 private:
  core::SecretBox secrets_;
};

}  // namespace vitrine

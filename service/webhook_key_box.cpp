#include "service/webhook_key_box.hpp"

namespace vitrine {
namespace {

constexpr std::string_view kSecretLabel = "vitrine/webhook/1";

}  // namespace

WebhookKeyBox::WebhookKeyBox(const core::LinkKeys& keys)
    : secrets_(keys, kSecretLabel, core::SecretBox::Retired::opens) {}

std::string WebhookKeyBox::seal(const core::WebhookId& webhook,
                                const core::WebhookKeys& keys) const {
  return secrets_.seal(keys.text(), webhook.text());
}

std::optional<core::WebhookKeys> WebhookKeyBox::open(const core::WebhookId& webhook,
                                                     const std::string& sealed) const {
  const auto text = secrets_.open(sealed, webhook.text());
  return text ? core::WebhookKeys::parse(*text) : std::nullopt;
}

}  // namespace vitrine

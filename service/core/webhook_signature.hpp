#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How a receiver knows that a webhook is ours: Standard Webhooks 1.0, section "Signature scheme"
// (github.com/standard-webhooks/standard-webhooks).
namespace vitrine::core {

enum class WebhookSignature {
  v1,   // HMAC-SHA256, of a secret that both sides keep
  v1a,  // that, and ed25519, which a public key is enough to verify
};
std::string_view to_text(WebhookSignature signature);
std::optional<WebhookSignature> webhook_signature(std::string_view text);

// What one endpoint's webhooks are signed with. Secret.
struct WebhookKeys {
  std::vector<std::uint8_t> secret;     // 24 to 64 bytes, for v1
  std::array<std::uint8_t, 32> seed{};  // the private key of v1a (RFC 8032 section 5.1.5)

  static WebhookKeys random();  // with a secret of 32 bytes

  // Both as one text, to be sealed; nothing when it is no such text.
  std::string text() const;
  static std::optional<WebhookKeys> parse(std::string_view text);

  bool operator==(const WebhookKeys&) const = default;
};

// As a receiver is given it: `whsec_` and base64. Nothing for what is not 24 to 64 bytes in it.
std::string webhook_secret_text(const WebhookKeys& keys);
std::optional<std::vector<std::uint8_t>> parse_webhook_secret(std::string_view text);

std::string webhook_public_key_text(const WebhookKeys& keys);  // `whpk_` and base64

// What is signed. Neither id nor time may hold a full stop, which parts them.
struct WebhookMessage {
  std::string_view id;
  std::int64_t timestamp;  // of the attempt, in seconds since 1970
  std::string_view body;
};

// The field webhook-signature: the signatures of every given pair of keys, with a space between.
std::string sign_webhook(const WebhookMessage& message, WebhookSignature signature,
                         const std::vector<WebhookKeys>& keys);

}  // namespace vitrine::core

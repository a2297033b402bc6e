#include "service/core/webhook_signature.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "service/core/crypto.hpp"

namespace vitrine::core {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kPublicPrefix = "whpk_";
constexpr std::size_t kLeastSecret = 24;
constexpr std::size_t kMostSecret = 64;
constexpr std::size_t kOurSecret = 32;

void require(bool worked) {
  if (!worked) {
    throw std::runtime_error("OpenSSL failed: ed25519");
  }
}

struct Freer {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer>;

Key key_pair(const std::array<std::uint8_t, 32>& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  require(key != nullptr);
  return key;
}

std::array<std::uint8_t, 64> ed25519(const std::array<std::uint8_t, 32>& seed, Bytes message) {
  const Key key = key_pair(seed);
  const std::unique_ptr<EVP_MD_CTX, Freer> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 64> signature{};
  std::size_t length = signature.size();
  require(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), signature.data(), &length, message.data(),
                         message.size()) == 1 &&
          length == signature.size());
  return signature;
}

}  // namespace

std::string_view to_text(WebhookSignature signature) {
  return signature == WebhookSignature::v1 ? "v1" : "v1a";
}

std::optional<WebhookSignature> webhook_signature(std::string_view text) {
  if (text != "v1" && text != "v1a") {
    return std::nullopt;
  }
  return text == "v1" ? WebhookSignature::v1 : WebhookSignature::v1a;
}

WebhookKeys WebhookKeys::random() {
  WebhookKeys keys;
  keys.secret.resize(kOurSecret);
  fill_random(keys.secret);
  fill_random(keys.seed);
  return keys;
}

std::string WebhookKeys::text() const { return base64_encode(secret) + ' ' + base64_encode(seed); }

std::optional<WebhookKeys> WebhookKeys::parse(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) {
    return std::nullopt;
  }
  auto secret = base64_decode(text.substr(0, space));
  const auto seed = base64_decode(text.substr(space + 1));
  WebhookKeys keys;
  if (!secret || !seed || seed->size() != keys.seed.size()) {
    return std::nullopt;
  }
  keys.secret = *std::move(secret);
  std::ranges::copy(*seed, keys.seed.begin());
  return keys;
}

std::string webhook_secret_text(const WebhookKeys& keys) {
  return std::string(kSecretPrefix) + base64_encode(keys.secret);
}

std::optional<std::vector<std::uint8_t>> parse_webhook_secret(std::string_view text) {
  if (!text.starts_with(kSecretPrefix)) {
    return std::nullopt;
  }
  auto secret = base64_decode(text.substr(kSecretPrefix.size()));
  const bool fits = secret && secret->size() >= kLeastSecret && secret->size() <= kMostSecret;
  return fits ? secret : std::nullopt;
}

std::string webhook_public_key_text(const WebhookKeys& keys) {
  std::array<std::uint8_t, 32> key{};
  std::size_t length = key.size();
  require(EVP_PKEY_get_raw_public_key(key_pair(keys.seed).get(), key.data(), &length) == 1);
  return std::string(kPublicPrefix) + base64_encode(key);
}

std::string sign_webhook(const WebhookMessage& message, WebhookSignature signature,
                         const std::vector<WebhookKeys>& keys) {
  std::string content(message.id);
  content.append(".").append(std::to_string(message.timestamp)).append(".").append(message.body);
  std::string field;
  for (const WebhookKeys& pair : keys) {
    field.append(field.empty() ? "v1," : " v1,");
    field += base64_encode(hmac_sha256(pair.secret, bytes_of(content)));
    if (signature == WebhookSignature::v1a) {
      field += " v1a," + base64_encode(ed25519(pair.seed, bytes_of(content)));
    }
  }
  return field;
}

}  // namespace vitrine::core

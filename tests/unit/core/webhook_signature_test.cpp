// Vectors: the v1 of Standard Webhooks' own libraries (libraries/go/webhook_test.go); the v1a of
// the same message computed with Python's cryptography.
#include "service/core/webhook_signature.hpp"

#include <catch2/catch.hpp>

#include "service/core/crypto.hpp"

using namespace vitrine::core;

namespace {

constexpr WebhookMessage kMessage{"msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                                  R"({"test": 2432232314})"};
constexpr auto kV1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr auto kV1a =
    "v1a,yoUrgEkc12aGqm0n4Sydmdz55xJfTz4AsAgieHFjmkR7LJtqVCZOQYzvvHjI5kAey+r4iaBGxTFRrl2iBQxtDQ==";

WebhookKeys known_keys() {
  WebhookKeys keys;
  keys.secret = parse_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  for (std::size_t i = 0; i < keys.seed.size(); ++i) {
    keys.seed[i] = static_cast<std::uint8_t>(i);
  }
  return keys;
}

std::string secret_of(std::size_t bytes) {
  return "whsec_" + base64_encode(std::vector<std::uint8_t>(bytes, 7));
}

}  // namespace

TEST_CASE("a webhook is signed as the standard's own libraries sign it",
          "[core][webhook_signature]") {
  CHECK(sign_webhook(kMessage, WebhookSignature::v1, {known_keys()}) == kV1);
  CHECK(sign_webhook(kMessage, WebhookSignature::v1a, {known_keys()}) ==
        std::string(kV1) + ' ' + kV1a);
  CHECK(webhook_public_key_text(known_keys()) ==
        "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=");
}

TEST_CASE("while keys are changed, the old ones sign too", "[core][webhook_signature]") {
  const WebhookKeys other = WebhookKeys::random();
  const std::string alone = sign_webhook(kMessage, WebhookSignature::v1, {other});
  CHECK(sign_webhook(kMessage, WebhookSignature::v1, {other, known_keys()}) == alone + ' ' + kV1);
}

TEST_CASE("a signature is of the id, the time and the body", "[core][webhook_signature]") {
  const auto sign = [](WebhookMessage message) {
    return sign_webhook(message, WebhookSignature::v1, {known_keys()});
  };
  CHECK(sign({"other", kMessage.timestamp, kMessage.body}) != kV1);
  CHECK(sign({kMessage.id, kMessage.timestamp + 1, kMessage.body}) != kV1);
  CHECK(sign({kMessage.id, kMessage.timestamp, "{}"}) != kV1);
}

TEST_CASE("a secret has 24 to 64 bytes in base64", "[core][webhook_signature]") {
  for (const std::size_t bytes : {24U, 32U, 64U}) {
    CHECK(parse_webhook_secret(secret_of(bytes)) == std::vector<std::uint8_t>(bytes, 7));
  }
  for (const std::string& text :
       {secret_of(23), secret_of(65), secret_of(0), std::string(), std::string("whsec_"),
        secret_of(24).substr(6), "whsk_" + secret_of(24).substr(6), secret_of(32).substr(0, 49),
        secret_of(24) + "\n", "WHSEC_" + secret_of(24).substr(6)}) {
    INFO(text);
    CHECK_FALSE(parse_webhook_secret(text));
  }
}

TEST_CASE("keys are random, and kept as a text that reads back", "[core][webhook_signature]") {
  const WebhookKeys keys = WebhookKeys::random();
  CHECK(keys.secret.size() == 32);
  CHECK_FALSE(keys == WebhookKeys::random());
  CHECK(WebhookKeys::parse(keys.text()) == keys);
  CHECK(parse_webhook_secret(webhook_secret_text(keys)) == keys.secret);
  CHECK_FALSE(WebhookKeys::parse(""));
  CHECK_FALSE(WebhookKeys::parse("AAAA"));
  CHECK_FALSE(WebhookKeys::parse("AAAA AAAA"));
}

TEST_CASE("the names of the signatures read back", "[core][webhook_signature]") {
  for (const auto signature : {WebhookSignature::v1, WebhookSignature::v1a}) {
    CHECK(webhook_signature(to_text(signature)) == signature);
  }
  CHECK_FALSE(webhook_signature("v2"));
}

#include "service/core/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <stdexcept>

namespace vitrine::core {
namespace {

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kBase64Url.size(); ++i) {
    digits[static_cast<std::uint8_t>(kBase64Url[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();

void require(bool worked, const char* what) {
  if (!worked) {
    throw std::runtime_error(std::string("OpenSSL failed: ") + what);
  }
}

struct Freer {
  void operator()(EVP_MD* p) const { EVP_MD_free(p); }
  void operator()(EVP_MAC* p) const { EVP_MAC_free(p); }
  void operator()(EVP_MAC_CTX* p) const { EVP_MAC_CTX_free(p); }
  void operator()(EVP_KDF* p) const { EVP_KDF_free(p); }
  void operator()(EVP_KDF_CTX* p) const { EVP_KDF_CTX_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Freer>;

Owned<EVP_MAC_CTX> new_hmac_context() {
  const Owned<EVP_MAC> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  require(mac != nullptr, "fetch HMAC");
  Owned<EVP_MAC_CTX> context(EVP_MAC_CTX_new(mac.get()));
  require(context != nullptr, "new MAC context");
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  require(EVP_MAC_CTX_set_params(context.get(), params) == 1, "choose SHA-256");
  return context;
}

// OSSL_PARAM takes pointers to mutable data, though it only reads what is passed to a derivation.
void* as_param(const void* data) { return const_cast<void*>(data); }

}  // namespace

std::array<std::uint8_t, 32> sha256(Bytes data) {
  static const Owned<EVP_MD> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  require(digest != nullptr, "fetch SHA-256");
  std::array<std::uint8_t, 32> out;
  require(EVP_Digest(data.data(), data.size(), out.data(), nullptr, digest.get(), nullptr) == 1,
          "SHA-256");
  return out;
}

std::array<std::uint8_t, 32> hmac_sha256(Bytes key, Bytes data) {
  // Fetching the algorithm costs several times what the MAC itself does, so each thread does it
  // once and gives its context a new key every time.
  thread_local const Owned<EVP_MAC_CTX> context = new_hmac_context();
  // A null key means "keep the previous one" to OpenSSL, so an empty key must not be null.
  static constexpr std::uint8_t kEmpty = 0;
  const std::uint8_t* key_data = key.empty() ? &kEmpty : key.data();
  std::array<std::uint8_t, 32> out;
  std::size_t length = 0;
  require(EVP_MAC_init(context.get(), key_data, key.size(), nullptr) == 1 &&
              EVP_MAC_update(context.get(), data.data(), data.size()) == 1 &&
              EVP_MAC_final(context.get(), out.data(), &length, out.size()) == 1 &&
              length == out.size(),
          "HMAC");
  return out;
}

std::array<std::uint8_t, 32> hkdf_sha256(Bytes key, std::string_view info) {
  const Owned<EVP_KDF> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  require(kdf != nullptr, "fetch HKDF");
  const Owned<EVP_KDF_CTX> context(EVP_KDF_CTX_new(kdf.get()));
  require(context != nullptr, "new KDF context");
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, as_param(key.data()), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, as_param(info.data()), info.size()),
      OSSL_PARAM_construct_end(),
  };
  std::array<std::uint8_t, 32> out;
  require(EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1, "HKDF");
  return out;
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

void fill_random(std::span<std::uint8_t> out) {
  require(out.size() <= INT_MAX && RAND_bytes(out.data(), static_cast<int>(out.size())) == 1,
          "random bytes");
}

std::string base64url_encode(Bytes data) {
  std::string text;
  text.reserve((data.size() * 4 + 2) / 3);
  unsigned pending = 0;
  int pending_bits = 0;
  for (const std::uint8_t byte : data) {
    pending = (pending << 8 | byte) & 0xffff;
    pending_bits += 8;
    while (pending_bits >= 6) {
      pending_bits -= 6;
      text += kBase64Url[pending >> pending_bits & 0x3f];
    }
  }
  if (pending_bits > 0) {
    text += kBase64Url[pending << (6 - pending_bits) & 0x3f];
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> base64url_decode(std::string_view text) {
  if (text.size() % 4 == 1) {
    return std::nullopt;
  }
  std::vector<std::uint8_t> data;
  data.reserve(text.size() * 3 / 4);
  unsigned pending = 0;
  int pending_bits = 0;
  for (const char c : text) {
    const std::uint8_t digit = kDigits[static_cast<std::uint8_t>(c)];
    if (digit == kNoDigit) {
      return std::nullopt;
    }
    pending = (pending << 6 | digit) & 0xffff;
    pending_bits += 6;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      data.push_back(static_cast<std::uint8_t>(pending >> pending_bits));
    }
  }
  const unsigned unused = pending & ((1U << pending_bits) - 1);
  return unused == 0 ? std::optional(std::move(data)) : std::nullopt;
}

std::string base64_encode(Bytes data) {
  std::string text = base64url_encode(data);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::vector<std::uint8_t>> base64_decode(std::string_view text) {
  const bool foreign = text.find_first_of("-_") != std::string_view::npos;
  if (foreign || text.size() % 4 != 0) {
    return std::nullopt;
  }
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) {
    text.remove_suffix(1);
  }
  std::string unpadded(text);
  std::ranges::replace(unpadded, '+', '-');
  std::ranges::replace(unpadded, '/', '_');
  return base64url_decode(unpadded);
}

std::string hex_encode(Bytes data) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  text.reserve(data.size() * 2);
  for (const std::uint8_t byte : data) {
    text += kHex[byte >> 4];
    text += kHex[byte & 0x0f];
  }
  return text;
}

}  // namespace vitrine::core

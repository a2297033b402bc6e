#include "service/core/secret_box.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "service/core/crypto.hpp"

namespace vitrine::core {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kHeadBytes = 1 + kNonceBytes;
constexpr int kSealing = 1;
constexpr int kOpening = 0;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

void require(bool done) {
  if (!done) {
    throw std::runtime_error("OpenSSL: AES-256-GCM");
  }
}

const std::uint8_t* bytes(std::string_view text) { return bytes_of(text).data(); }

Context cipher(const SecretKey& key, const std::uint8_t* nonce, std::string_view context,
               std::uint8_t kid, int direction) {
  Context made(EVP_CIPHER_CTX_new());
  int length = 0;
  require(made && EVP_CipherInit_ex(made.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce,
                                    direction) == 1);
  require(EVP_CipherUpdate(made.get(), nullptr, &length, &kid, 1) == 1);
  require(context.empty() || EVP_CipherUpdate(made.get(), nullptr, &length, bytes(context),
                                              static_cast<int>(context.size())) == 1);
  return made;
}

}  // namespace

SecretBox::SecretBox(const LinkKeys& keys, std::string_view label, Retired retired)
    : active_kid_(keys.active_kid()), keys_(keys.derive_all(label)) {
  if (retired == Retired::refused) {
    std::erase_if(keys_, [&](const auto& key) { return !keys.accepts(key.first); });
  }
}

const SecretKey* SecretBox::find(std::uint8_t kid) const {
  const auto found = std::ranges::find(keys_, kid, [](const auto& key) { return key.first; });
  return found == keys_.end() ? nullptr : &found->second;
}

std::string SecretBox::seal(std::string_view plaintext, std::string_view context) const {
  std::vector<std::uint8_t> sealed(kHeadBytes + plaintext.size() + kTagBytes);
  sealed[0] = active_kid_;
  fill_random({sealed.data() + 1, kNonceBytes});
  const Context with =
      cipher(*find(active_kid_), sealed.data() + 1, context, active_kid_, kSealing);
  int length = 0;
  std::uint8_t* const body = sealed.data() + kHeadBytes;
  require(plaintext.empty() || EVP_CipherUpdate(with.get(), body, &length, bytes(plaintext),
                                                static_cast<int>(plaintext.size())) == 1);
  require(EVP_CipherFinal_ex(with.get(), body + length, &length) == 1);
  require(EVP_CIPHER_CTX_ctrl(with.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                              body + plaintext.size()) == 1);
  return base64url_encode(sealed);
}

std::optional<std::string> SecretBox::open(std::string_view sealed,
                                           std::string_view context) const {
  auto given = base64url_decode(sealed);
  if (!given || given->size() < kHeadBytes + kTagBytes) {
    return std::nullopt;
  }
  const SecretKey* key = find(given->front());
  if (key == nullptr) {
    return std::nullopt;
  }
  const Context with = cipher(*key, given->data() + 1, context, given->front(), kOpening);
  std::string plaintext(given->size() - kHeadBytes - kTagBytes, '\0');
  std::uint8_t* const body = given->data() + kHeadBytes;
  auto* const out = reinterpret_cast<std::uint8_t*>(plaintext.data());
  int length = 0;
  require(EVP_CIPHER_CTX_ctrl(with.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes,
                              body + plaintext.size()) == 1);
  require(plaintext.empty() || EVP_CipherUpdate(with.get(), out, &length, body,
                                                static_cast<int>(plaintext.size())) == 1);
  const bool genuine = EVP_CipherFinal_ex(with.get(), out + length, &length) == 1;
  return genuine ? std::optional(std::move(plaintext)) : std::nullopt;
}

}  // namespace vitrine::core

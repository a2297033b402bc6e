#include "service/viewers/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace vitrine::viewers {
namespace {

using core::Bytes;

struct Freer {
  void operator()(BIGNUM* p) const { BN_free(p); }
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
  void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
  void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Freer>;
using PublicKey = Owned<EVP_PKEY>;

// OpenSSL keeps its complaints for the thread. The next one to look, which may be the TLS of a
// database connection, must not take ours for its own.
struct ErrorsLeftBehind {
  ErrorsLeftBehind() = default;
  ErrorsLeftBehind(const ErrorsLeftBehind&) = delete;
  ErrorsLeftBehind& operator=(const ErrorsLeftBehind&) = delete;
  ~ErrorsLeftBehind() { ERR_clear_error(); }
};

Owned<BIGNUM> number(Bytes big_endian) {
  return Owned<BIGNUM>(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
}

// Null when OpenSSL does not take the values for a key of this type.
PublicKey built(const char* type, OSSL_PARAM_BLD* values) {
  const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(values));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return PublicKey(key);
}

PublicKey made_of(const RsaKey& key) {
  const Owned<OSSL_PARAM_BLD> values(OSSL_PARAM_BLD_new());
  // The builder borrows the numbers until the parameters are made.
  const Owned<BIGNUM> modulus = number(key.modulus);
  const Owned<BIGNUM> exponent = number(key.exponent);
  const bool filled =
      values && modulus && exponent &&
      OSSL_PARAM_BLD_push_BN(values.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
      OSSL_PARAM_BLD_push_BN(values.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1;
  return filled ? built("RSA", values.get()) : nullptr;
}

PublicKey made_of(const P256Key& key) {
  Octets point{4};  // uncompressed: both coordinates follow
  point.insert(point.end(), key.x.begin(), key.x.end());
  point.insert(point.end(), key.y.begin(), key.y.end());
  const Owned<OSSL_PARAM_BLD> values(OSSL_PARAM_BLD_new());
  const bool filled =
      values &&
      OSSL_PARAM_BLD_push_utf8_string(values.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(values.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) == 1;
  return filled ? built("EC", values.get()) : nullptr;
}

PublicKey made_of(const Ed25519Key& key) {
  return PublicKey(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.x.data(), key.x.size()));
}

PublicKey made_of(const Jwk& key) {
  return std::visit([](const auto& material) { return made_of(material); }, key.key);
}

bool verifies(EVP_PKEY* key, const char* digest, Bytes content, Bytes signature) {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr) ==
             1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), content.data(),
                          content.size()) == 1;
}

// JWS has r and s side by side, 32 bytes each; OpenSSL wants them in DER.
Octets der_of(Bytes signature) {
  constexpr std::size_t kHalf = 32;
  if (signature.size() != 2 * kHalf) {
    return {};
  }
  const Owned<ECDSA_SIG> pair(ECDSA_SIG_new());
  Owned<BIGNUM> r = number(signature.first(kHalf));
  Owned<BIGNUM> s = number(signature.last(kHalf));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
    return {};
  }
  static_cast<void>(r.release());  // the pair owns them now
  static_cast<void>(s.release());
  unsigned char* encoded = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &encoded);
  if (length <= 0) {
    return {};
  }
  Octets der(encoded, encoded + length);
  OPENSSL_free(encoded);
  return der;
}

}  // namespace

bool is_sound(const Jwk& key) {
  const ErrorsLeftBehind errors;
  const PublicKey made = made_of(key);
  if (!made) {
    return false;
  }
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
  return context && EVP_PKEY_public_check(context.get()) == 1;
}

bool verifies(const Jwk& key, Bytes content, Bytes signature) {
  const ErrorsLeftBehind errors;
  const PublicKey made = made_of(key);
  if (!made) {
    return false;
  }
  switch (algorithm_of(key)) {
    case Algorithm::rs256:
      return verifies(made.get(), "SHA256", content, signature);
    case Algorithm::es256:
      return verifies(made.get(), "SHA256", content, der_of(signature));
    case Algorithm::eddsa:
      return verifies(made.get(), nullptr, content, signature);
    case Algorithm::hs256:
      break;  // no public key serves it
  }
  return false;
}

}  // namespace vitrine::viewers

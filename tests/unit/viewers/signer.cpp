#include "tests/unit/viewers/signer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include <array>
#include <stdexcept>

#include "service/core/crypto.hpp"

namespace vitrine::test {

using core::base64url_encode;
using viewers::Algorithm;
using viewers::Octets;

namespace {

EVP_PKEY* generated(Algorithm algorithm, unsigned rsa_bits) {
  switch (algorithm) {
    case Algorithm::rs256:
      return EVP_RSA_gen(rsa_bits);
    case Algorithm::es256:
      return EVP_EC_gen("P-256");
    case Algorithm::eddsa:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case Algorithm::hs256:
      break;
  }
  throw std::invalid_argument("HS256 has no key pair");
}

Octets side_by_side(const Octets& der) {
  const unsigned char* at = der.data();
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), &ECDSA_SIG_free);
  Octets both(64);
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), both.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), both.data() + 32, 32);
  return both;
}

}  // namespace

Signer::Signer(Algorithm algorithm, unsigned rsa_bits)
    : algorithm_(algorithm), key_(generated(algorithm, rsa_bits), &EVP_PKEY_free) {}

Octets Signer::number(const char* name, std::size_t width) const {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key_.get(), name, &value);
  Octets octets(width != 0 ? width : static_cast<std::size_t>(BN_num_bytes(value)));
  BN_bn2binpad(value, octets.data(), static_cast<int>(octets.size()));
  BN_free(value);
  return octets;
}

std::string Signer::jwk(std::string_view more_members) const {
  std::string text = "{" + std::string(more_members);
  if (algorithm_ == Algorithm::rs256) {
    return text + R"("kty":"RSA","n":")" + base64url_encode(number(OSSL_PKEY_PARAM_RSA_N, 0)) +
           R"(","e":")" + base64url_encode(number(OSSL_PKEY_PARAM_RSA_E, 0)) + R"("})";
  }
  if (algorithm_ == Algorithm::es256) {
    return text + R"("kty":"EC","crv":"P-256","x":")" +
           base64url_encode(number(OSSL_PKEY_PARAM_EC_PUB_X, 32)) + R"(","y":")" +
           base64url_encode(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32)) + R"("})";
  }
  Octets point(32);
  std::size_t length = point.size();
  EVP_PKEY_get_raw_public_key(key_.get(), point.data(), &length);
  return text + R"("kty":"OKP","crv":"Ed25519","x":")" + base64url_encode(point) + R"("})";
}

std::string Signer::sign(std::string_view header, std::string_view claims) const {
  const std::string content = unsigned_token(header, claims);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  const char* const digest = algorithm_ == Algorithm::eddsa ? nullptr : "SHA256";
  Octets signature(1'024);
  std::size_t length = signature.size();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(content.data());
  if (EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key_.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &length, bytes, content.size()) != 1) {
    throw std::runtime_error("signing failed");
  }
  signature.resize(length);
  if (algorithm_ == Algorithm::es256) {
    signature = side_by_side(signature);
  }
  return content + "." + base64url_encode(signature);
}

std::string encoded(std::string_view text) { return base64url_encode(core::bytes_of(text)); }

std::string unsigned_token(std::string_view header, std::string_view claims) {
  return encoded(header) + "." + encoded(claims);
}

std::string hs256(std::string_view secret, std::string_view header, std::string_view claims) {
  const std::string content = unsigned_token(header, claims);
  return content + "." +
         base64url_encode(core::hmac_sha256(core::bytes_of(secret), core::bytes_of(content)));
}

}  // namespace vitrine::test

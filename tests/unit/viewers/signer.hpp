#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "service/viewers/algorithm.hpp"
#include "service/viewers/jwk_set.hpp"

namespace vitrine::test {

// A product that signs viewer tokens with a key pair of its own, made anew.
class Signer {
 public:
  explicit Signer(viewers::Algorithm algorithm, unsigned rsa_bits = 2048);

  viewers::Algorithm algorithm() const { return algorithm_; }
  std::string jwk(std::string_view more_members = "") const;  // `"kid":"a",` and the like
  std::string jwks(std::string_view more_members = "") const {
    return R"({"keys":[)" + jwk(more_members) + "]}";
  }

  // header.claims.signature, the signature in the form of JWS.
  std::string sign(std::string_view header, std::string_view claims) const;

 private:
  viewers::Octets number(const char* name, std::size_t width) const;
  viewers::Algorithm algorithm_;
  std::shared_ptr<EVP_PKEY> key_;
};

std::string encoded(std::string_view text);                                    // base64url
std::string unsigned_token(std::string_view header, std::string_view claims);  // no signature yet
std::string hs256(std::string_view secret, std::string_view header, std::string_view claims);

}  // namespace vitrine::test

#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "service/viewers/algorithm.hpp"
#include "service/viewers/jwk_set.hpp"

namespace vitrine::viewers {

// A type of its own, so that no public key can ever be used as a secret (RFC 8725 section 3.1).
struct HmacSecret {
  Octets bytes;
};

// 32 bytes or more. Throws std::invalid_argument with a sentence for the operator: for a shorter
// one, one of more than 1,024 bytes, and for a PEM or JSON text, which is no secret but a key file
// in the wrong place. One line feed at the end is not part of the secret.
HmacSecret parse_hmac_secret(std::string_view text);

// A program whose viewer tokens a workspace believes, and by what.
struct Issuer {
  std::string issuer;    // the exact `iss`
  std::string audience;  // must be in `aud`
  std::variant<HmacSecret, JwkSet> keys;
  Algorithm algorithm;
};

}  // namespace vitrine::viewers

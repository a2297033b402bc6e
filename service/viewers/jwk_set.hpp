#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "service/viewers/algorithm.hpp"

namespace vitrine::viewers {

using Octets = std::vector<std::uint8_t>;

struct RsaKey {
  Octets modulus, exponent;  // big-endian, without leading zeros
};
struct P256Key {
  Octets x, y;  // 32 bytes each
};
struct Ed25519Key {
  Octets x;  // 32 bytes
};

// A public key of RFC 7517. Which algorithm it serves follows from its type alone.
struct Jwk {
  std::optional<std::string> kid;
  std::variant<RsaKey, P256Key, Ed25519Key> key;
};

Algorithm algorithm_of(const Jwk& key);

struct JwkSet {
  std::vector<Jwk> keys;

  // RFC 7517 section 4.5. A token that names a key gets that one and no other; one that names none
  // gets the only key there is.
  const Jwk* select(const std::optional<std::string>& kid) const;
};

// Reads {"keys": [...]}: 1 to 50 public keys, each fit for `algorithm` and sound by OpenSSL's
// judgement. Members that a public key does not need are ignored, and never followed. Throws
// std::invalid_argument with a sentence for the operator, also when the text holds a private key.
JwkSet parse_jwk_set(std::string_view text, Algorithm algorithm);

// What parse_jwk_set reads, with nothing in it but the keys.
std::string to_json(const JwkSet& set);

}  // namespace vitrine::viewers

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/core/link_token.hpp"

namespace vitrine::core {

// Seals short secrets so that only this service reads them and nobody alters them: AES-256-GCM
// (NIST SP 800-38D) with a random 96-bit nonce, under keys derived from the link keys by HKDF with
// a label of its own per purpose. Immutable; thread-safe.
class SecretBox {
 public:
  // What outlives a key's retirement, such as a secret kept in the database, is still opened with
  // it; what must end with the key, such as a viewing session, is not.
  enum class Retired { opens, refused };

  SecretBox(const LinkKeys& keys, std::string_view label, Retired retired);

  // base64url( kid[1] | nonce[12] | ciphertext | tag[16] ). `context` is bound to it: what was
  // sealed for one place opens in no other.
  std::string seal(std::string_view plaintext, std::string_view context) const;

  // Nothing for what was not sealed here, for this context, or was altered.
  std::optional<std::string> open(std::string_view sealed, std::string_view context) const;

 private:
  const SecretKey* find(std::uint8_t kid) const;
  std::uint8_t active_kid_;
  std::vector<std::pair<std::uint8_t, SecretKey>> keys_;
};

}  // namespace vitrine::core

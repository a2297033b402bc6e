#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/core/ids.hpp"

namespace vitrine::core {

using SecretKey = std::array<std::uint8_t, 32>;

enum class KeyState { active, verify_only, retired };
std::string_view to_text(KeyState state);
std::optional<KeyState> key_state(std::string_view text);

// One key of the link key file. `kid` is its number, 0 to 255.
struct LinkKey {
  std::uint8_t kid = 0;
  KeyState state = KeyState::retired;
  SecretKey secret{};
};

// The keys that sign and verify link tokens. Immutable; safe to share between threads.
class LinkKeys {
 public:
  // Throws std::invalid_argument with a sentence for the operator unless there is exactly one
  // active key and no `kid` twice.
  explicit LinkKeys(std::vector<LinkKey> keys);

  std::uint8_t active_kid() const noexcept { return active_kid_; }

  // Whether this key still signs or verifies: it is there and not retired.
  bool accepts(std::uint8_t kid) const noexcept;

  // token = base64url( kid[1] | link_id[16] | HMAC-SHA-256(key[kid], "vitrine/link/1" | kid |
  // link_id)[0..16) ), 44 characters without padding. Throws std::invalid_argument for an unknown
  // or retired `kid`.
  std::string mint(const LinkId& link, std::uint8_t kid) const;

  // The link a token stands for, after comparing the MAC in constant time; nothing for a forged,
  // truncated, mistyped or retired token. Needs no database.
  struct Verified {
    LinkId link;
    std::uint8_t kid;
  };
  std::optional<Verified> verify(std::string_view token) const;

  // A key for another purpose, by HKDF-SHA-256 (RFC 5869) from the key `kid` with `label` as info;
  // nothing when the kid is unknown or retired.
  std::optional<SecretKey> derive(std::uint8_t kid, std::string_view label) const;

  // A key per `kid` for a purpose that outlives rotation, retired ones included: to read what was
  // written with them.
  std::vector<std::pair<std::uint8_t, SecretKey>> derive_all(std::string_view label) const;

 private:
  const LinkKey* find(std::uint8_t kid) const noexcept;
  std::vector<LinkKey> keys_;
  std::uint8_t active_kid_ = 0;
};

// The text of a key file: one `kid state base64(secret)` per line, `#` begins a comment. Throws
// std::invalid_argument naming the line that is wrong, never its content.
std::vector<LinkKey> parse_link_keys(std::string_view text);
std::string format_link_keys(const std::vector<LinkKey>& keys);

}  // namespace vitrine::core

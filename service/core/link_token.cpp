#include "service/core/link_token.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "service/core/crypto.hpp"

namespace vitrine::core {
namespace {

constexpr std::string_view kPurpose = "vitrine/link/1";
constexpr std::size_t kIdLength = 16;
constexpr std::size_t kMacLength = 16;
constexpr std::size_t kTokenBytes = 1 + kIdLength + kMacLength;
constexpr std::size_t kTokenLength = 44;

std::array<std::uint8_t, kMacLength> mac_of(const LinkKey& key, const Uuid& link) {
  std::array<std::uint8_t, kPurpose.size() + 1 + kIdLength> message;
  auto end = std::copy(kPurpose.begin(), kPurpose.end(), message.begin());
  *end++ = key.kid;
  std::copy(link.bytes.begin(), link.bytes.end(), end);
  const auto whole = hmac_sha256(key.secret, message);
  std::array<std::uint8_t, kMacLength> mac;
  std::copy_n(whole.begin(), kMacLength, mac.begin());
  return mac;
}

}  // namespace

std::string_view to_text(KeyState state) {
  switch (state) {
    case KeyState::active:
      return "active";
    case KeyState::verify_only:
      return "verify_only";
    case KeyState::retired:
      return "retired";
  }
  return "";
}

std::optional<KeyState> key_state(std::string_view text) {
  for (const KeyState state : {KeyState::active, KeyState::verify_only, KeyState::retired}) {
    if (to_text(state) == text) {
      return state;
    }
  }
  return std::nullopt;
}

LinkKeys::LinkKeys(std::vector<LinkKey> keys) : keys_(std::move(keys)) {
  const auto is_active = [](const LinkKey& key) { return key.state == KeyState::active; };
  const auto active_count = std::ranges::count_if(keys_, is_active);
  if (active_count != 1) {
    throw std::invalid_argument("the link keys need exactly one active key, but there are " +
                                std::to_string(active_count));
  }
  std::ranges::sort(keys_, {}, &LinkKey::kid);
  const auto twin = std::ranges::adjacent_find(keys_, {}, &LinkKey::kid);
  if (twin != keys_.end()) {
    throw std::invalid_argument("the link keys name kid " + std::to_string(twin->kid) + " twice");
  }
  active_kid_ = std::ranges::find_if(keys_, is_active)->kid;
}

const LinkKey* LinkKeys::find(std::uint8_t kid) const noexcept {
  const auto found = std::ranges::find(keys_, kid, &LinkKey::kid);
  return found == keys_.end() || found->state == KeyState::retired ? nullptr : &*found;
}

bool LinkKeys::accepts(std::uint8_t kid) const noexcept { return find(kid) != nullptr; }

std::string LinkKeys::mint(const LinkId& link, std::uint8_t kid) const {
  const LinkKey* key = find(kid);
  if (key == nullptr) {
    throw std::invalid_argument("no usable link key has kid " + std::to_string(kid));
  }
  std::array<std::uint8_t, kTokenBytes> token;
  auto end = token.begin();
  *end++ = kid;
  end = std::ranges::copy(link.uuid().bytes, end).out;
  std::ranges::copy(mac_of(*key, link.uuid()), end);
  return base64url_encode(token);
}

std::optional<LinkKeys::Verified> LinkKeys::verify(std::string_view token) const {
  if (token.size() != kTokenLength) {
    return std::nullopt;
  }
  const auto bytes = base64url_decode(token);
  if (!bytes) {
    return std::nullopt;
  }
  const LinkKey* key = find(bytes->front());
  if (key == nullptr) {
    return std::nullopt;
  }
  Uuid link;
  std::copy_n(bytes->begin() + 1, kIdLength, link.bytes.begin());
  if (!equal_in_constant_time(mac_of(*key, link), Bytes(*bytes).last(kMacLength))) {
    return std::nullopt;
  }
  return Verified{LinkId(link), key->kid};
}

std::optional<SecretKey> LinkKeys::derive(std::uint8_t kid, std::string_view label) const {
  const LinkKey* key = find(kid);
  return key != nullptr ? std::optional(hkdf_sha256(key->secret, label)) : std::nullopt;
}

std::vector<std::pair<std::uint8_t, SecretKey>> LinkKeys::derive_all(std::string_view label) const {
  std::vector<std::pair<std::uint8_t, SecretKey>> derived;
  for (const LinkKey& key : keys_) {
    derived.emplace_back(key.kid, hkdf_sha256(key.secret, label));
  }
  return derived;
}

}  // namespace vitrine::core

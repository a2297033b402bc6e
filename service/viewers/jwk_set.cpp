#include "service/viewers/jwk_set.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "service/core/crypto.hpp"
#include "service/viewers/public_key.hpp"
#include "service/viewers/strict_json.hpp"

namespace vitrine::viewers {
namespace {

constexpr std::size_t kMaxKeys = 50;
constexpr std::size_t kMaxKidBytes = 255;
constexpr std::size_t kMinModulusBits = 2048;  // RFC 7518 section 3.3
constexpr std::size_t kMaxModulusBits = 8192;  // a larger one only costs time
constexpr std::size_t kMaxExponentBytes = 8;
constexpr std::size_t kCoordinateBytes = 32;
constexpr std::array kPrivateMembers = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

using core::base64url_encode;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

// One key of the set, and how to speak of it to the operator.
class KeyReader {
 public:
  KeyReader(const Json& source, std::size_t number, Algorithm algorithm)
      : source_(source), number_(number), algorithm_(algorithm) {}

  Jwk read() const {
    if (!source_.is_object()) {
      fail("is no JSON object");
    }
    for (const char* const name : kPrivateMembers) {
      if (source_.contains(name)) {
        fail("has the member '" + std::string(name) +
             "', so this file holds a private key: give the public keys alone");
      }
    }
    require_purpose();
    Jwk key{read_kid(), read_material()};
    if (!is_sound(key)) {
      fail("is no valid public key");
    }
    return key;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    refuse("key " + std::to_string(number_) + " of the JWK set " + what + ".");
  }

  // Absent, or a text.
  std::optional<std::string> text(const char* name) const {
    const auto found = source_.find(name);
    if (found == source_.end()) {
      return std::nullopt;
    }
    if (!found->is_string()) {
      fail("has a '" + std::string(name) + "' that is no string");
    }
    return found->get<std::string>();
  }

  Octets octets(const char* name) const {
    const auto encoded = text(name);
    const auto decoded = encoded ? core::base64url_decode(*encoded) : std::nullopt;
    if (!decoded) {
      fail("needs '" + std::string(name) + "' in base64url without padding");
    }
    return *decoded;
  }

  std::optional<std::string> read_kid() const {
    auto kid = text("kid");
    if (kid && (kid->empty() || kid->size() > kMaxKidBytes)) {
      fail("has a 'kid' that is not 1 to 255 bytes long");
    }
    return kid;
  }

  // RFC 7517 sections 4.2 to 4.4: a key says what it is for, and we take it at its word.
  void require_purpose() const {
    if (text("use").value_or("sig") != "sig") {
      fail("is not for signatures ('use' is not 'sig'): leave it out");
    }
    const auto operations = source_.find("key_ops");
    if (operations != source_.end() &&
        (!operations->is_array() ||
         std::find(operations->begin(), operations->end(), "verify") == operations->end())) {
      fail("is not for verifying ('key_ops' does not name 'verify'): leave it out");
    }
    const std::string pinned(to_text(algorithm_));
    if (text("alg").value_or(pinned) != pinned) {
      fail("has another 'alg' than " + pinned + ", the issuer's algorithm: leave it out");
    }
  }

  std::variant<RsaKey, P256Key, Ed25519Key> read_material() const {
    const std::string type = text("kty").value_or("");
    const std::string curve = text("crv").value_or("");
    if (algorithm_ == Algorithm::rs256 && type == "RSA") {
      return read_rsa();
    }
    if (algorithm_ == Algorithm::es256 && type == "EC" && curve == "P-256") {
      return P256Key{coordinate("x"), coordinate("y")};
    }
    if (algorithm_ == Algorithm::eddsa && type == "OKP" && curve == "Ed25519") {
      return Ed25519Key{coordinate("x")};
    }
    fail("does not fit " + std::string(to_text(algorithm_)) +
         ", which takes kty RSA for RS256, kty EC with crv P-256 for ES256, and kty OKP with crv "
         "Ed25519 for EdDSA");
  }

  RsaKey read_rsa() const {
    RsaKey key{without_zeros(octets("n")), without_zeros(octets("e"))};
    const std::size_t bits = bits_of(key.modulus);
    if (bits < kMinModulusBits || bits > kMaxModulusBits) {
      fail("has " + std::to_string(bits) + " bits; an RSA key needs 2048 to 8192");
    }
    const bool even = key.exponent.empty() || (key.exponent.back() & 1) == 0;
    if (even || bits_of(key.exponent) < 2 || key.exponent.size() > kMaxExponentBytes) {
      fail("has an exponent 'e' that is not odd, 3 or more, and of at most 8 bytes");
    }
    return key;
  }

  Octets coordinate(const char* name) const {
    Octets value = octets(name);
    if (value.size() != kCoordinateBytes) {
      fail("has an '" + std::string(name) + "' that is not 32 bytes long");
    }
    return value;
  }

  static Octets without_zeros(Octets number) {
    number.erase(number.begin(), std::find_if(number.begin(), number.end(),
                                              [](std::uint8_t byte) { return byte != 0; }));
    return number;
  }

  static std::size_t bits_of(const Octets& number) {
    std::size_t bits = number.size() * 8;
    for (int top = number.empty() ? 0x80 : number.front(); (top & 0x80) == 0; top <<= 1) {
      --bits;
    }
    return bits;
  }

  const Json& source_;
  std::size_t number_;
  Algorithm algorithm_;
};

void require_distinct(const JwkSet& set) {
  std::set<std::string> kids;
  for (const Jwk& key : set.keys) {
    if (!key.kid && set.keys.size() > 1) {
      refuse("the JWK set has several keys, so each needs a 'kid' for tokens to name it by.");
    }
    if (key.kid && !kids.insert(*key.kid).second) {
      refuse("the JWK set gives two keys the same 'kid'.");
    }
  }
}

Json material_json(const RsaKey& key) {
  return {
      {"kty", "RSA"}, {"n", base64url_encode(key.modulus)}, {"e", base64url_encode(key.exponent)}};
}

Json material_json(const P256Key& key) {
  return {{"kty", "EC"},
          {"crv", "P-256"},
          {"x", base64url_encode(key.x)},
          {"y", base64url_encode(key.y)}};
}

Json material_json(const Ed25519Key& key) {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", base64url_encode(key.x)}};
}

}  // namespace

Algorithm algorithm_of(const Jwk& key) {
  constexpr std::array kByType = {Algorithm::rs256, Algorithm::es256, Algorithm::eddsa};
  return kByType[key.key.index()];
}

const Jwk* JwkSet::select(const std::optional<std::string>& kid) const {
  if (!kid) {
    return keys.size() == 1 ? &keys.front() : nullptr;
  }
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Jwk& key) { return key.kid == kid; });
  return found == keys.end() ? nullptr : &*found;
}

JwkSet parse_jwk_set(std::string_view text, Algorithm algorithm) {
  const auto document = read_strict_object(text);
  if (!document) {
    refuse("the JWK set is no JSON object, or names a member twice.");
  }
  const auto listed = document->find("keys");
  if (listed == document->end() || !listed->is_array() || listed->empty() ||
      listed->size() > kMaxKeys) {
    refuse("a JWK set looks like {\"keys\": [{\"kty\": ...}]}, with 1 to 50 keys.");
  }
  JwkSet set;
  for (const Json& source : *listed) {
    set.keys.push_back(KeyReader(source, set.keys.size() + 1, algorithm).read());
  }
  require_distinct(set);
  return set;
}

std::string to_json(const JwkSet& set) {
  Json keys = Json::array();
  for (const Jwk& key : set.keys) {
    Json one = std::visit([](const auto& material) { return material_json(material); }, key.key);
    if (key.kid) {
      one["kid"] = *key.kid;
    }
    keys.push_back(std::move(one));
  }
  return Json{{"keys", std::move(keys)}}.dump();
}

}  // namespace vitrine::viewers

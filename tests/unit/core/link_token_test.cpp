// Tokens were computed with Python's hmac and base64 from the format in link_token.hpp.
#include "service/core/link_token.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <string>

#include "service/core/crypto.hpp"

using namespace vitrine::core;

namespace {

SecretKey filled(std::uint8_t byte) {
  SecretKey key;
  key.fill(byte);
  return key;
}

SecretKey counting() {
  SecretKey key;
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  return key;
}

LinkId link(const std::string& uuid) { return LinkId(Uuid::parse(uuid).value()); }

LinkKeys only(std::uint8_t kid, const SecretKey& secret) {
  return LinkKeys({{kid, KeyState::active, secret}});
}

const LinkId kLink = link("0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f");
const std::string kToken = "AQGIusfb-HyrjbPQvw4eKl_uuif1-K1-aFma9VxPkzW8";

}  // namespace

TEST_CASE("a token is the one computed independently", "[core][link_token]") {
  struct Vector {
    std::uint8_t kid;
    SecretKey secret;
    std::string link, token;
  };
  const Vector vector = GENERATE(values<Vector>({
      {0, filled(0), "00000000-0000-0000-0000-000000000000",
       "AAAAAAAAAAAAAAAAAAAAAABkqZt3JzGhy3bNlHrNoTh-"},
      {1, counting(), "0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f", kToken},
      {7, counting(), "0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f",
       "BwGIusfb-HyrjbPQvw4eKl-GHPDmDpQhtdzEwmYTNvzw"},
      {255, filled(0xff), "ffffffff-ffff-ffff-ffff-ffffffffffff",
       "_______________________Ak4FVC8cLHzHPvJtMeqTf"},
      {200, sha256(bytes_of("vitrine")), "b1b1bdb4-80c6-1d07-5300-d9bff7d9cb69",
       "yLGxvbSAxh0HUwDZv_fZy2mYpMv08ZncqLAkIwwzHDjA"},
  }));
  const LinkKeys keys = only(vector.kid, vector.secret);

  CHECK(keys.mint(link(vector.link), vector.kid) == vector.token);
  const auto verified = keys.verify(vector.token);
  REQUIRE(verified);
  CHECK(verified->link == link(vector.link));
  CHECK(verified->kid == vector.kid);
}

TEST_CASE("a token with any one character changed opens nothing", "[core][link_token]") {
  const LinkKeys keys = only(1, counting());
  REQUIRE(keys.verify(kToken));
  for (std::size_t i = 0; i < kToken.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string changed = kToken;
      changed[i] = static_cast<char>(c);
      if (changed != kToken) {
        INFO(i << ' ' << c);
        REQUIRE_FALSE(keys.verify(changed));
      }
    }
  }
}

TEST_CASE("a token cut short, made longer or dressed up opens nothing", "[core][link_token]") {
  const LinkKeys keys = only(1, counting());
  for (std::size_t length = 0; length < kToken.size(); ++length) {
    REQUIRE_FALSE(keys.verify(kToken.substr(0, length)));
  }
  const std::string text = GENERATE(values<std::string>(
      {kToken + "A", kToken + "\n", kToken + "=", " " + kToken.substr(1), std::string(44, 'A'),
       std::string(10240, 'A'), "lnk_01h455vb4pex5vsknk084sn02q",
       "aqgiusfb-hyrjbpqvw4ekl_uuif1-k1-afma9vxpkzw8"}));
  CHECK_FALSE(keys.verify(text));
}

TEST_CASE("a token of another key, or of another number of the same key, opens nothing",
          "[core][link_token]") {
  CHECK_FALSE(only(1, filled(9)).verify(kToken));
  CHECK_FALSE(only(7, counting()).verify(kToken));

  std::string moved = only(7, counting()).mint(kLink, 7);
  CHECK_FALSE(only(1, counting()).verify("AQ" + moved.substr(2)));
}

TEST_CASE("rotating keeps old links alive, retiring ends them", "[core][link_token]") {
  const LinkKeys rotated(
      {{1, KeyState::verify_only, counting()}, {2, KeyState::active, filled(2)}});
  CHECK(rotated.active_kid() == 2);
  CHECK(rotated.accepts(1));
  CHECK(rotated.verify(kToken));
  CHECK(rotated.mint(kLink, 1) == kToken);  // the URL can still be shown

  const LinkKeys retired({{1, KeyState::retired, counting()}, {2, KeyState::active, filled(2)}});
  CHECK_FALSE(retired.accepts(1));
  CHECK_FALSE(retired.verify(kToken));
  CHECK_THROWS_AS(retired.mint(kLink, 1), std::invalid_argument);
  CHECK_FALSE(retired.derive(1, "label"));
  CHECK_FALSE(retired.derive(3, "label"));
}

TEST_CASE("keys for other purposes have nothing in common with the link key",
          "[core][link_token]") {
  const LinkKeys keys = only(1, counting());
  REQUIRE(keys.derive(1, "vitrine/media/1"));
  CHECK(hex_encode(*keys.derive(1, "vitrine/media/1")) ==
        "476f5cb1f415b248205e5a05c7d4202ab683bbc129885ff28cbbb1f91e1bc7f4");
  CHECK(keys.derive(1, "a") != keys.derive(1, "b"));
}

TEST_CASE("a key set without exactly one active key, or with a number twice, is refused",
          "[core][link_token]") {
  CHECK_THROWS_WITH(LinkKeys({}), Catch::Contains("exactly one active key"));
  CHECK_THROWS_WITH(LinkKeys({{1, KeyState::verify_only, filled(1)}}),
                    Catch::Contains("exactly one active key"));
  CHECK_THROWS_WITH(LinkKeys({{1, KeyState::active, filled(1)}, {2, KeyState::active, filled(2)}}),
                    Catch::Contains("exactly one active key"));
  CHECK_THROWS_WITH(LinkKeys({{1, KeyState::active, filled(1)}, {1, KeyState::retired, filled(2)}}),
                    Catch::Contains("kid 1 twice"));
}

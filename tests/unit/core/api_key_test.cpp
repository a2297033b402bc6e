// Keys and digests were computed with Python's zlib.crc32 and hashlib.
#include "service/core/api_key.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "service/core/crypto.hpp"

using namespace vitrine::core;

namespace {

struct Vector {
  std::array<std::uint8_t, 32> random;
  std::string key, digest;
};

std::array<std::uint8_t, 32> counting() {
  std::array<std::uint8_t, 32> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i);
  }
  return bytes;
}

std::array<std::uint8_t, 32> all_ones() {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(0xff);
  return bytes;
}

const std::string kKey = "vtk_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3gkEg4";

}  // namespace

TEST_CASE("a key spells its random bits and their checksum", "[core][api_key]") {
  const Vector vector = GENERATE(values<Vector>({
      {{},
       "vtk_00000000000000000000000000000000000000000004BQYWG",
       "8ce91d80e848fdce74142793c6088d5f1e05384319c2d0d8e7595af3563e42b8"},
      {all_ones(), "vtk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11Sln9k",
       "629f399e69738f4b54e9c49eec348f21215b817d90816bd5f3da0ee570e7ab33"},
      {counting(), kKey, "b7dd392db21af11413625945ce7773e7fad657b38518feb5b9ace54b4d92da1c"},
  }));

  CHECK(make_api_key(vector.random) == vector.key);
  REQUIRE(api_key_digest(vector.key));
  CHECK(hex_encode(*api_key_digest(vector.key)) == vector.digest);
}

TEST_CASE("a key with any one character changed is refused without a database", "[core][api_key]") {
  for (std::size_t i = 0; i < kKey.size(); ++i) {
    for (const char other : {'0', 'A', 'z', '-', ' ', '\0', '\x80'}) {
      std::string changed = kKey;
      if (changed[i] == other) {
        continue;
      }
      changed[i] = other;
      INFO(changed);
      REQUIRE_FALSE(api_key_digest(changed));
    }
  }
}

TEST_CASE("a key cut short, made longer or dressed up is refused", "[core][api_key]") {
  for (std::size_t length = 0; length < kKey.size(); ++length) {
    REQUIRE_FALSE(api_key_digest(kKey.substr(0, length)));
  }
  const std::string text = GENERATE(values<std::string>(
      {kKey + "0", kKey + "\n", " " + kKey, "VTK_" + kKey.substr(4), std::string(10240, 'a')}));
  CHECK_FALSE(api_key_digest(text));
}

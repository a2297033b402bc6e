// Vectors: FIPS 180-2, RFC 4231, RFC 4648, and values computed with Python's hmac and hashlib.
#include "service/core/crypto.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <string>
#include <thread>

using namespace vitrine::core;

namespace {

std::string decoded(std::string_view text) {
  const auto bytes = base64url_decode(text);
  REQUIRE(bytes);
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace

TEST_CASE("digests and MACs are those of the standards", "[core][crypto]") {
  CHECK(hex_encode(sha256(bytes_of("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(sha256({})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_encode(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex_encode(hmac_sha256({}, {})) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("a derived key is RFC 5869's, and each label has its own", "[core][crypto]") {
  std::array<std::uint8_t, 32> key;
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  CHECK(hex_encode(hkdf_sha256(key, "vitrine/media/1")) ==
        "476f5cb1f415b248205e5a05c7d4202ab683bbc129885ff28cbbb1f91e1bc7f4");
  CHECK(hex_encode(hkdf_sha256(key, "")) ==
        "37ad29109f43265287804b674e2653d0a513718907f97fca97c95bded8104bbf");
}

TEST_CASE("a MAC does not depend on the one made before", "[core][crypto]") {
  const auto alone = hmac_sha256(bytes_of("a"), bytes_of("message"));
  hmac_sha256(bytes_of("another key"), bytes_of("another message"));
  hmac_sha256({}, bytes_of("no key"));
  CHECK(hmac_sha256(bytes_of("a"), bytes_of("message")) == alone);
}

TEST_CASE("threads make MACs side by side", "[core][crypto]") {
  const auto expected = hmac_sha256(bytes_of("key"), bytes_of("message"));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5000; ++round) {
        wrong += hmac_sha256(bytes_of("key"), bytes_of("message")) == expected ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(wrong == 0);
}

TEST_CASE("base64url has the published spelling, without padding", "[core][crypto]") {
  struct Vector {
    std::string plain, text;
  };
  const Vector vector = GENERATE(values<Vector>({{"", ""},
                                                 {"f", "Zg"},
                                                 {"fo", "Zm8"},
                                                 {"foo", "Zm9v"},
                                                 {"foob", "Zm9vYg"},
                                                 {"fooba", "Zm9vYmE"},
                                                 {"foobar", "Zm9vYmFy"},
                                                 {"\xfb\xff\xfe", "-__-"}}));
  CHECK(base64url_encode(bytes_of(vector.plain)) == vector.text);
  CHECK(decoded(vector.text) == vector.plain);
}

TEST_CASE("no value has a second base64url spelling", "[core][crypto]") {
  const std::string text = GENERATE(values<std::string>({
      "Zg==",  // padding
      "Zm8=",
      "Zh",  // unused bits that are not zero
      "Zm9",
      "Z",  // no whole byte
      "Zm9vY",
      "Zm9v ",
      " Zm9v",
      "Zm\n9v",
      "Zm+v",  // the other alphabet
      "Zm/v",
      "Zm9\x80",
      std::string("Zm9\0", 4),
  }));
  INFO(text);
  CHECK_FALSE(base64url_decode(text));
}

TEST_CASE("every two-character text decodes to one byte or to nothing", "[core][crypto]") {
  int valid = 0;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text = {static_cast<char>(a), static_cast<char>(b)};
      if (const auto bytes = base64url_decode(text)) {
        ++valid;
        REQUIRE(base64url_encode(*bytes) == text);
      }
    }
  }
  CHECK(valid == 256);
}

TEST_CASE("comparing tells equal from different", "[core][crypto]") {
  CHECK(equal_in_constant_time(bytes_of("same"), bytes_of("same")));
  CHECK(equal_in_constant_time({}, {}));
  CHECK_FALSE(equal_in_constant_time(bytes_of("same"), bytes_of("samf")));
  CHECK_FALSE(equal_in_constant_time(bytes_of("same"), bytes_of("sam")));
}

TEST_CASE("random bytes fill all that was asked, and differ", "[core][crypto]") {
  std::array<std::uint8_t, 32> one{}, two{};
  fill_random(one);
  fill_random(two);
  CHECK(one != two);
  CHECK(one != std::array<std::uint8_t, 32>{});
}

TEST_CASE("padded base64 is RFC 4648's, and has one spelling", "[core][crypto]") {
  const auto text_of = [](std::string_view encoded) {
    const auto bytes = base64_decode(encoded);
    return bytes ? std::optional(std::string(bytes->begin(), bytes->end())) : std::nullopt;
  };
  for (const auto& [plain, encoded] : {std::pair<std::string, std::string>{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foobar", "Zm9vYmFy"},
                                       {"\xfb\xff", "+/8="}}) {
    CHECK(base64_encode(bytes_of(plain)) == encoded);
    CHECK(text_of(encoded) == plain);
  }
  for (const std::string_view wrong :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "=", "-_8=", "Zm 8", "Zm8=\n", "Z=g="}) {
    INFO(wrong);
    CHECK_FALSE(base64_decode(wrong));
  }
}

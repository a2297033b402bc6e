#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "service/core/link_token.hpp"

using namespace vitrine::core;

namespace {

const std::string kSecret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";  // bytes 0 to 31

std::string fault(const std::string& text) {
  try {
    parse_link_keys(text);
  } catch (const std::invalid_argument& fault) {
    return fault.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a key file reads as it was written", "[core][link_keys]") {
  SecretKey high;
  high.fill(0xfb);  // spelled with '+' and '/' in base64
  const std::vector<LinkKey> written = {{0, KeyState::retired, {}},
                                        {1, KeyState::verify_only, {0, 1, 2, 3}},
                                        {255, KeyState::active, high}};
  const auto read = parse_link_keys(format_link_keys(written));

  REQUIRE(read.size() == written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    CHECK(read[i].kid == written[i].kid);
    CHECK(read[i].state == written[i].state);
    CHECK(read[i].secret == written[i].secret);
  }
}

TEST_CASE("comments, blanks, tabs and Windows line ends do not matter", "[core][link_keys]") {
  const auto keys = parse_link_keys("# all keys\r\n\r\n \t\n  1\tactive   " + kSecret +
                                    "  # since May\r\n2 retired " + kSecret);
  REQUIRE(keys.size() == 2);
  CHECK(keys[0].kid == 1);
  CHECK(keys[0].state == KeyState::active);
  CHECK(keys[0].secret[31] == 31);
  CHECK(keys[1].state == KeyState::retired);
  CHECK(parse_link_keys("").empty());
}

TEST_CASE("a fault in a key file is told with its line, and never with the secret",
          "[core][link_keys]") {
  struct Case {
    std::string line, wanted;
  };
  const Case bad = GENERATE(values<Case>({
      {"x active " + kSecret, "kid"},
      {"-1 active " + kSecret, "kid"},
      {"256 active " + kSecret, "kid"},
      {"1.0 active " + kSecret, "kid"},
      {"99999999999999999999 active " + kSecret, "kid"},
      {"1 Active " + kSecret, "state"},
      {"1 " + kSecret, "state"},
      {"1", "state"},
      {"1 active", "secret"},
      {"1 active " + kSecret + "=", "secret"},
      {"1 active " + kSecret.substr(0, 43), "secret"},
      {"1 active " + kSecret.substr(0, 40), "secret"},
      {"1 active " + kSecret.substr(0, 42) + "9=", "secret"},  // unused bits
      {"1 active " + kSecret.substr(0, 43) + "A", "secret"},   // 33 bytes
      {"1 active _" + kSecret.substr(1), "secret"},            // the other alphabet
      {"1 active " + kSecret + " more", "nothing may follow"},
  }));
  const std::string told = fault("# first line\n" + bad.line + "\n");

  INFO(bad.line);
  CHECK_THAT(told, Catch::Contains("line 2") && Catch::Contains(bad.wanted));
  CHECK_THAT(told, !Catch::Contains(kSecret.substr(0, 20)));
}

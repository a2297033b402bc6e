#include "service/media/percent.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace vitrine::media;

TEST_CASE("only unreserved characters stay as they are", "[media][percent]") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode(" /?#&=+%\"'") == "%20%2F%3F%23%26%3D%2B%25%22%27");
  CHECK(percent_encode("\xc3\xa9\x7f") == "%C3%A9%7F");
  CHECK(percent_encode_path("a b/\xe4\xbc\x9a.mp3") == "a%20b/%E4%BC%9A.mp3");
}

TEST_CASE("every byte comes back from its encoding", "[media][percent]") {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
  }
  CHECK(percent_decode(percent_encode(all)) == all);
  CHECK(percent_decode(percent_encode_path(all)) == all);
}

TEST_CASE("decoding happens once, and a plus is a plus", "[media][percent]") {
  CHECK(percent_decode("%252e%2b+") == "%2e++");
  CHECK(percent_decode("%c3%A9") == "\xc3\xa9");
}

TEST_CASE("a broken escape is no text", "[media][percent]") {
  const std::string text = GENERATE(
      values<std::string>({"%", "%2", "a%", "a%2", "%zz", "%2g", "%g2", "%%", "% 2", "%-1"}));
  CHECK_FALSE(percent_decode(text));
}

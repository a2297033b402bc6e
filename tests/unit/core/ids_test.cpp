// Vectors: TypeID specification 0.3 (valid and invalid), RFC 9562 appendix A.6.
#include "service/core/ids.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <type_traits>

using namespace vitrine::core;

namespace {

Uuid uuid(const std::string& text) { return Uuid::parse(text).value(); }

}  // namespace

TEST_CASE("an id's text is the one the TypeID specification publishes", "[core][ids]") {
  struct Vector {
    std::string suffix, uuid;
  };
  const Vector vector = GENERATE(values<Vector>({
      {"00000000000000000000000000", "00000000-0000-0000-0000-000000000000"},
      {"00000000000000000000000001", "00000000-0000-0000-0000-000000000001"},
      {"0000000000000000000000000a", "00000000-0000-0000-0000-00000000000a"},
      {"0000000000000000000000000g", "00000000-0000-0000-0000-000000000010"},
      {"00000000000000000000000010", "00000000-0000-0000-0000-000000000020"},
      {"7zzzzzzzzzzzzzzzzzzzzzzzzz", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
      {"0123456789abcdefghjkmnpqrs", "0110c853-1d09-52d8-d73e-1194e95b5f19"},
      {"01h455vb4pex5vsknk084sn02q", "01890a5d-ac96-774b-bcce-b302099a8057"},
  }));

  CHECK(base32_encode(uuid(vector.uuid)) == vector.suffix);
  REQUIRE(base32_decode(vector.suffix));
  CHECK(base32_decode(vector.suffix)->text() == vector.uuid);
}

TEST_CASE("a suffix that the TypeID specification calls invalid is no id", "[core][ids]") {
  const std::string suffix = GENERATE(values<std::string>({
      "",
      "1234567890123456789012345",
      "123456789012345678901234567",
      "1234567890123456789012345 ",
      "0123456789ABCDEFGHJKMNPQRS",
      "123456789-123456789-123456",
      "ooooooiiiiiiuuuuuuulllllll",
      "i23456789ol23456789oi23456",
      "123456789-0123456789-0123456",
      "8zzzzzzzzzzzzzzzzzzzzzzzzz",
      "z0000000000000000000000000",
      std::string("0000000000000000000000000\0", 26),
      "0000000000000000000000000\xc3",
  }));
  CHECK_FALSE(base32_decode(suffix));
}

TEST_CASE("every id comes back from its own text", "[core][ids]") {
  Uuid value;
  for (int round = 0; round < 2000; ++round) {
    for (std::size_t i = 0; i < value.bytes.size(); ++i) {
      value.bytes[i] = static_cast<std::uint8_t>(value.bytes[i] * 31 + round * 7 + 13 * i);
    }
    const auto decoded = base32_decode(base32_encode(value));
    REQUIRE(decoded);
    REQUIRE(*decoded == value);
  }
}

TEST_CASE("an id of one noun is never taken for another's", "[core][ids]") {
  static_assert(!std::is_convertible_v<ShareId, LinkId>);
  const ShareId share(uuid("01890a5d-ac96-774b-bcce-b302099a8057"));

  CHECK(share.text() == "shr_01h455vb4pex5vsknk084sn02q");
  CHECK(ShareId::parse(share.text()) == share);
  CHECK_FALSE(LinkId::parse(share.text()));
}

TEST_CASE("an id in any other spelling does not exist", "[core][ids]") {
  const std::string text = GENERATE(values<std::string>({
      "",
      "shr",
      "shr_",
      "_01h455vb4pex5vsknk084sn02q",
      "01h455vb4pex5vsknk084sn02q",
      "SHR_01h455vb4pex5vsknk084sn02q",
      "shr_01H455VB4PEX5VSKNK084SN02Q",
      "shr-01h455vb4pex5vsknk084sn02q",
      "shr__01h455vb4pex5vsknk084sn02",
      " shr_01h455vb4pex5vsknk084sn02q",
      "shr_01h455vb4pex5vsknk084sn02q\n",
      "01890a5d-ac96-774b-bcce-b302099a8057",
      "shr_01890a5d-ac96-774b-bcce-b302099a8057",
  }));
  CHECK_FALSE(ShareId::parse(text));
}

TEST_CASE("a version 7 uuid has the layout of RFC 9562", "[core][uuid]") {
  SECTION("the published example") {
    const auto value =
        Uuid::v7(0x017f22e279b0, {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f});
    CHECK(value.text() == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  }
  SECTION("version and variant stand, whatever the randomness") {
    CHECK(Uuid::v7(0, {}).text() == "00000000-0000-7000-8000-000000000000");
    CHECK(Uuid::v7(0xffffffffffff, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
              .text() == "ffffffff-ffff-7fff-bfff-ffffffffffff");
  }
  SECTION("later sorts after earlier") { CHECK(Uuid::v7(1000, {0xff, 0xff}) < Uuid::v7(1001, {})); }
}

TEST_CASE("a uuid has one spelling", "[core][uuid]") {
  const std::string text = GENERATE(values<std::string>({
      "",
      "01890a5dac96774bbcceb302099a8057",
      "01890A5D-AC96-774B-BCCE-B302099A8057",
      "{01890a5d-ac96-774b-bcce-b302099a8057}",
      "01890a5d-ac96-774b-bcce-b302099a805",
      "01890a5d-ac96-774b-bcce-b302099a80570",
      "01890a5d-ac96-774b-bcce_b302099a8057",
      "01890a5d-ac96-774b-bcce-b302099a805g",
      "01890a5d-ac9-6774b-bcce-b302099a8057",
  }));
  CHECK_FALSE(Uuid::parse(text));
}

TEST_CASE("a recording keeps the id its caller gave", "[core][ids]") {
  CHECK(RecordingId::parse("meeting:2026-11-21_A.b~c")->text() == "meeting:2026-11-21_A.b~c");
  CHECK(RecordingId::parse(std::string(128, 'x')));
  const std::string bad =
      GENERATE(values<std::string>({"", std::string(129, 'x'), "a/b", "a b", "a%20b", "caf\xc3\xa9",
                                    "a\n", "a?b", "a+b", std::string("a\0b", 3)}));
  CHECK_FALSE(RecordingId::parse(bad));
}

#include "api/media_disposition.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "service/core/utf8.hpp"

using namespace vitrine;
using namespace vitrine::api;

TEST_CASE("media is shown in place unless it may be downloaded", "[api][disposition]") {
  CHECK(content_disposition(std::nullopt) == "inline");
}

TEST_CASE("a download has a plain and a full name", "[api][disposition]") {
  CHECK(content_disposition("Weekly review.mp3") ==
        "attachment; filename=\"Weekly review.mp3\"; filename*=UTF-8''Weekly%20review.mp3");
  CHECK(content_disposition("r\xc3\xa9union 50%.mp3") ==
        "attachment; filename=\"r_union 50_.mp3\"; filename*=UTF-8''r%C3%A9union%2050%25.mp3");
}

TEST_CASE("a name cannot end its field, its quotes or its folder", "[api][disposition]") {
  struct Case {
    std::string given, safe;
  };
  const Case name = GENERATE(values<Case>({
      {"a\r\nX-Evil: 1.mp3", "aX-Evil: 1.mp3"},
      {std::string("a\0b\x1b\x7f.mp3", 9), "ab.mp3"},
      {"a\"; filename=\"b.exe", "a; filename=b.exe"},
      {"../../etc/passwd", "etcpasswd"},
      {"..\\..\\boot.ini", "boot.ini"},
      {"/etc/passwd", "etcpasswd"},
      {".bashrc", "bashrc"},
      {"  name .mp3. ", "name .mp3"},
      {"invoice\xe2\x80\xae"
       "3pm.exe",
       "invoice3pm.exe"},  // right-to-left override
      {"a\xff\xc0\xaf"
       "b.mp3",
       "ab.mp3"},  // no UTF-8
      {"a\xc2\x85"
       "b\xe2\x80\xa8.mp3",
       "ab.mp3"},
      {"", "download"},
      {"...", "download"},
      {"/\\\"\n", "download"},
  }));
  INFO(name.given);
  CHECK(safe_file_name(name.given) == name.safe);
}

TEST_CASE("a long name keeps 200 bytes, whole characters and its extension", "[api][disposition]") {
  CHECK(safe_file_name(std::string(200, 'x')) == std::string(200, 'x'));
  CHECK(safe_file_name(std::string(500, 'x') + ".mp3") == std::string(196, 'x') + ".mp3");

  std::string accents;
  for (int i = 0; i < 300; ++i) {
    accents += "\xe4\xbc\x9a";
  }
  const std::string cut = safe_file_name("a" + accents + ".webm");
  CHECK(cut.size() <= 200);
  CHECK(cut.size() > 196);
  CHECK(cut.ends_with("\xe4\xbc\x9a.webm"));
  CHECK(core::is_utf8(cut));

  CHECK(safe_file_name(std::string(300, 'x') + "." + std::string(100, 'y')).size() == 200);
}

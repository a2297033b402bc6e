#include "service/core/media_key.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "service/core/content_type.hpp"

using namespace vitrine::core;

TEST_CASE("a key is kept byte for byte", "[core][media_key]") {
  const std::string text = GENERATE(values<std::string>({
      "a",
      "meetings/2026/demo.ogg",
      "with space/and 'quote'.mp3",
      "r\xc3\xa9union/\xe4\xbc\x9a\xe8\xad\xb0/\xf0\x9f\x8e\x99.mp4",
      "100%.mp3",
      "50%ff/a%zz",
      ".hidden",
      "...",
      "a..b/c.",
      "a?b#c&d=e;f",
      "meeting 12:30.ogg",
      "2026-11-21T12:30.ogg",
      std::string(1024, 'x'),
  }));
  INFO(text);
  REQUIRE(MediaKey::parse(text));
  CHECK(MediaKey::parse(text)->text() == text);
}

TEST_CASE("a key cannot leave the store in any spelling", "[core][media_key]") {
  const std::string text = GENERATE(values<std::string>({
      "..",
      ".",
      "../etc/passwd",
      "a/../b",
      "a/..",
      "a/./b",
      "./a",
      "a/.",
      "/etc/passwd",
      "//etc/passwd",
      "a//b",
      "a/",
      "/",
      "..\\windows",
      "a\\..\\b",
      "%2e%2e/etc/passwd",
      "%2E%2E/etc/passwd",
      ".%2e/etc",
      "%2e./etc",
      "..%2fetc",
      "a%2Fb",
      "a%5cb",
      "a%5Cb",
      "%252e%252e/etc",
      "a%00b",
      "a%0ab",
      "\xc0\xae\xc0\xae/etc",  // overlong dots
      "\xe0\x80\xae\xe0\x80\xae/etc",
      "a\xc0\xafz",  // overlong slash
      "file:///etc/passwd",
      "http://example.com/a",
      "https:a",
      "C:\\a",
      "c:a",
      "javascript:alert(1)",
      "s3:bucket/key",
  }));
  INFO(text);
  CHECK_FALSE(MediaKey::parse(text));
}

TEST_CASE("a key holds no control character and no broken text", "[core][media_key]") {
  const std::string text = GENERATE(values<std::string>({
      "",
      std::string(1025, 'x'),
      std::string("a\0b", 3),
      "a\nb",
      "a\r\nb",
      "a\tb",
      "a\x7f",
      "a\x1b[31m",
      "a\xc2\x85z",  // a control of the second block
      "a\xff",
      "a\xc3",              // cut off
      "a\xed\xa0\x80",      // surrogate
      "a\xf4\x90\x80\x80",  // past the last code point
      "a\x80",
  }));
  INFO(text);
  CHECK_FALSE(MediaKey::parse(text));
}

TEST_CASE("no type that can carry a script is served", "[core][content_type]") {
  CHECK(is_media_content_type("audio/mpeg"));
  CHECK(is_media_content_type("application/octet-stream"));
  CHECK(media_content_types().size() == 24);
  const std::string text = GENERATE(
      values<std::string>({"", "text/html", "image/svg+xml", "application/xhtml+xml", "text/xml",
                           "application/javascript", "Audio/MPEG", "audio/mpeg; charset=utf-8",
                           "audio/mpeg\r\nX: y", "audio/", "*/*"}));
  CHECK_FALSE(is_media_content_type(text));
}

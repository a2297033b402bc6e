#include <catch2/catch.hpp>
#include <string>

#include "service/core/error.hpp"
#include "service/core/policy.hpp"
#include "service/core/recording.hpp"
#include "service/core/scope.hpp"
#include "service/core/utf8.hpp"
#include "service/core/visibility.hpp"

using namespace vitrine::core;

TEST_CASE("every name of a panel, flag, scope and role reads back", "[core][names]") {
  for (const PanelKind kind : kPanelKinds) {
    CHECK(panel_kind(to_text(kind)) == kind);
    CHECK(to_text(flag_of(kind)) == to_text(kind));
  }
  for (const Flag flag : kFlags) {
    CHECK(visibility_flag(to_text(flag)) == flag);
  }
  for (const Scope scope : kScopes) {
    CHECK(scope_of(to_text(scope)) == scope);
  }
  for (const char* role : {"video", "audio", "captions", "thumbnail", "hls", "attachment"}) {
    REQUIRE(media_role(role));
    CHECK(to_text(*media_role(role)) == role);
  }
}

TEST_CASE("a name in any other spelling is unknown", "[core][names]") {
  const std::string text =
      GENERATE(values<std::string>({"", "Transcript", "transcript ", "nothing", "SHARES:READ"}));
  CHECK_FALSE(panel_kind(text));
  CHECK_FALSE(visibility_flag(text));
  CHECK_FALSE(scope_of(text));
  CHECK_FALSE(media_role(text));
  CHECK_FALSE(panel_kind("download"));  // a flag, but nothing that was captured
  CHECK_FALSE(panel_kind("comments"));
}

TEST_CASE("the built-in policy shows transcript and comments, and nothing else", "[core][policy]") {
  const Policy policy;
  for (const Flag flag : kFlags) {
    const bool wanted = flag == Flag::transcript || flag == Flag::comments;
    CHECK(policy.default_visibility.shows(flag) == wanted);
  }
}

TEST_CASE("a switch moves one flag only", "[core][visibility]") {
  for (const Flag flag : kFlags) {
    Visibility visibility;
    visibility.set(flag, true);
    for (const Flag other : kFlags) {
      CHECK(visibility.shows(other) == (other == flag));
    }
    visibility.set(flag, false);
    CHECK(visibility == Visibility{});
  }
}

TEST_CASE("a key may do what it was given, and nothing else", "[core][scope]") {
  for (const Scope scope : kScopes) {
    Scopes scopes;
    CHECK(scopes.empty());
    scopes.add(scope);
    for (const Scope other : kScopes) {
      CHECK(scopes.allows(other) == (other == scope));
    }
  }
}

TEST_CASE("an error carries its faults, members and delay", "[core][error]") {
  const Error faults({{"/title", "required", "say a title"}, {"", "wrong_type", "an object"}});
  CHECK(faults.code() == ErrorCode::validation_failed);
  CHECK(faults.violations().size() == 2);

  const Error error = Error(ErrorCode::link_not_started, "not yet")
                          .with("starts_at", "2027-01-01T00:00:00.000Z")
                          .retry_after(std::chrono::seconds(3));
  CHECK(std::string(error.what()) == "not yet");
  CHECK(error.members().at(0).second == "2027-01-01T00:00:00.000Z");
  CHECK(error.retry_after() == std::chrono::seconds(3));
}

TEST_CASE("only the shortest form of a code point is text", "[core][utf8]") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xc3\xa9\xe4\xbc\x9a\xf0\x9f\x8e\x99"));
  CHECK(is_utf8("\xef\xbf\xbf"));      // U+FFFF
  CHECK(is_utf8("\xf4\x8f\xbf\xbf"));  // U+10FFFF
  CHECK(count_code_points("a\xc3\xa9\xe4\xbc\x9a\xf0\x9f\x8e\x99") == 4);
  const std::string bad = GENERATE(values<std::string>(
      {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
       "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xc3(", "\xe4\xbc"}));
  CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("controls, line separators and turns of direction are no part of a name") {
  for (const char* text : {"a\nb", "\t", "\x7f", "\u0085", "\u2028", "\u2029", "Ann \u202egpj",
                           "\u200fAnn", "\u2066", "\u2069", "\u061c"}) {
    CHECK(has_control(text));
  }
  for (const char* text : {"", "Ann Lee", "\u05d0\u05d1", "Z\u00fcrich", "\u0646\u200c\u0647",
                           "\xf0\x9f\x91\xa9\u200d\xf0\x9f\x92\xbb", "\u00a0", "\u2010"}) {
    CHECK_FALSE(has_control(text));
  }
}

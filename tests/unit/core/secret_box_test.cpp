#include "service/core/secret_box.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace vitrine::core {
namespace {

LinkKey key(std::uint8_t kid, KeyState state) {
  LinkKey made{.kid = kid, .state = state};
  made.secret.fill(static_cast<std::uint8_t>(kid + 1));
  return made;
}

const LinkKeys kKeys({key(1, KeyState::active), key(2, KeyState::verify_only)});

SecretBox box(const LinkKeys& keys = kKeys, std::string_view label = "test/1",
              SecretBox::Retired retired = SecretBox::Retired::opens) {
  return {keys, label, retired};
}

TEST_CASE("what was sealed opens again, the empty text too") {
  for (const std::string text : {"", "x", "a secret of some length"}) {
    CHECK(box().open(box().seal(text, "here"), "here") == text);
  }
}

TEST_CASE("the same text is sealed differently each time") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(box().seal("same", ""));
  }
  CHECK(seen.size() == 100);
}

TEST_CASE("what was sealed for one place or purpose opens in no other") {
  const std::string sealed = box().seal("secret", "here");
  CHECK_FALSE(box().open(sealed, "there"));
  CHECK_FALSE(box().open(sealed, ""));
  CHECK_FALSE(box(kKeys, "other/1").open(sealed, "here"));
}

TEST_CASE("no altered or cut sealing opens") {
  const std::string sealed = box().seal("secret", "here");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(box().open(altered, "here"));
    CHECK_FALSE(box().open(sealed.substr(0, i), "here"));
  }
}

TEST_CASE("a retired key opens what is kept, and nothing that must end with it") {
  const std::string sealed = box().seal("secret", "");
  const LinkKeys rotated({key(1, KeyState::retired), key(3, KeyState::active)});
  CHECK(box(rotated).open(sealed, "") == "secret");
  CHECK_FALSE(box(rotated, "test/1", SecretBox::Retired::refused).open(sealed, ""));
}

}  // namespace
}  // namespace vitrine::core

#include "service/resolver/viewing_session.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "service/core/crypto.hpp"

using namespace vitrine;
using core::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

core::LinkKeys keys_with(core::KeyState first, std::uint8_t fill = 1) {
  core::LinkKey one{.kid = 1, .state = first};
  one.secret.fill(fill);
  std::vector keys{one};
  if (first != core::KeyState::active) {
    core::LinkKey two{.kid = 2, .state = core::KeyState::active};
    two.secret.fill(9);
    keys.push_back(two);
  }
  return core::LinkKeys(std::move(keys));
}

core::LinkId link_of(std::uint8_t last) {
  return core::LinkId(
      core::Uuid::parse("01900000-0000-7000-8000-00000000000" + std::to_string(last)).value());
}

const Instant kStart{seconds(1'000'000)};

ViewingSession a_session(bool passcode_passed = true, bool view_taken = true) {
  return {.epoch = 7,
          .id = -8'000'000'000'000'000'001,
          .passcode_passed = passcode_passed,
          .view_taken = view_taken,
          .started_at = kStart,
          .expires_at = kStart + minutes(10)};
}

}  // namespace

TEST_CASE("a viewing session comes back as it was sealed", "[session]") {
  const ViewingSessions sessions(keys_with(core::KeyState::active), minutes(10));
  for (const int flags : {0, 1, 2, 3, 4, 5, 6, 7}) {
    ViewingSession session = a_session((flags & 1) != 0, (flags & 2) != 0);
    session.member = (flags & 4) != 0;
    CHECK(sessions.open(link_of(1), sessions.seal(link_of(1), session)) == session);
  }
}

TEST_CASE("a viewing session opens for its link alone, unaltered", "[session]") {
  const ViewingSessions sessions(keys_with(core::KeyState::active), minutes(10));
  const std::string sealed = sessions.seal(link_of(1), a_session());
  CHECK_FALSE(sessions.open(link_of(2), sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string spoilt = sealed;
    spoilt[i] = spoilt[i] == 'A' ? 'B' : 'A';
    REQUIRE_FALSE(sessions.open(link_of(1), spoilt));
  }
  CHECK_FALSE(sessions.open(link_of(1), ""));
  CHECK_FALSE(sessions.open(link_of(1), sealed + "A"));
  CHECK_FALSE(sessions.open(link_of(1), sealed.substr(1)));
  const ViewingSessions stranger(keys_with(core::KeyState::active, 2), minutes(10));
  CHECK_FALSE(stranger.open(link_of(1), sealed));
}

TEST_CASE("two viewing sessions are never the same text", "[session]") {
  const ViewingSessions sessions(keys_with(core::KeyState::active), minutes(10));
  CHECK(sessions.seal(link_of(1), a_session()) != sessions.seal(link_of(1), a_session()));
}

TEST_CASE("a viewing session lives on when its key is rotated, and dies with it", "[session]") {
  const std::string sealed =
      ViewingSessions(keys_with(core::KeyState::active), minutes(10)).seal(link_of(1), a_session());
  const ViewingSessions rotated(keys_with(core::KeyState::verify_only), minutes(10));
  CHECK(rotated.open(link_of(1), sealed) == a_session());
  const ViewingSessions retired(keys_with(core::KeyState::retired), minutes(10));
  CHECK_FALSE(retired.open(link_of(1), sealed));
}

TEST_CASE("a genuine text of another purpose or shape is no viewing session", "[session]") {
  const core::LinkKeys keys = keys_with(core::KeyState::active);
  const ViewingSessions sessions(keys, minutes(10));
  const core::SecretBox same(keys, "vitrine/session/1", core::SecretBox::Retired::refused);
  const core::SecretBox other(keys, "vitrine/page/1", core::SecretBox::Retired::refused);
  const auto opens = [&](const core::SecretBox& box, const std::string& text) {
    return sessions.open(link_of(1), box.seal(text, link_of(1).text())).has_value();
  };
  CHECK(opens(same, "7 3 0 5 -1"));
  CHECK_FALSE(opens(other, "7 3 0 5 -1"));
  for (const char* const text :
       {"", "7 3 0 5", "7 3 0 5 1 1", "7 3 0 5 ", " 7 3 0 5 1", "7  3 0 5 1", "7 3 0 5 x",
        "7 3 0 5 1x", "99999999999999999999 3 0 5 1"}) {
    INFO(text);
    CHECK_FALSE(opens(same, text));
  }
}

TEST_CASE("no two viewing sessions have the same id", "[session]") {
  std::set<std::int64_t> ids;
  for (int i = 0; i < 100; ++i) {
    ids.insert(ViewingSessions::new_id());
  }
  CHECK(ids.size() == 100);
}

TEST_CASE("a viewing session is renewed up to 12 hours after it began", "[session]") {
  const ViewingSessions sessions(keys_with(core::KeyState::active), minutes(10));
  CHECK(sessions.end(kStart, kStart) == kStart + minutes(10));
  CHECK(sessions.end(kStart, kStart + hours(1)) == kStart + hours(1) + minutes(10));
  CHECK(sessions.end(kStart, kStart + hours(12) - minutes(10)) == kStart + hours(12));
  CHECK(sessions.end(kStart, kStart + hours(12) - minutes(1)) == kStart + hours(12));
  CHECK(ViewingSessions::longest_end(kStart) == kStart + hours(12));
}

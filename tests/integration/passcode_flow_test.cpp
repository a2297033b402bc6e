// A link with a passcode, from the first guess to the session that saves the next one.
#include <catch2/catch.hpp>
#include <future>

#include "service/clock.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::Verdict;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::TestService;

namespace {

const std::string kRight = "blue harbour 7";

struct Door {
  Door() {
    core::RecordingDraft draft = test::a_recording();
    draft.media = {test::an_audio("a", "demo/a.ogg")};
    draft.panels = {{core::PanelKind::transcript, R"({"segments":[]})"}};
    service.given_recording("r", draft);
    share = service.given_share_of("r");
    set_passcode(kRight);
  }

  // As a change of the share does it.
  void set_passcode(const std::string& passcode) {
    service.database.run("UPDATE share SET session_epoch = session_epoch + 1, passcode_hash = '" +
                         service.passcodes.hash(passcode) + "'");
    service.database.run("UPDATE link SET passcode_failures = 0, passcode_next_at = NULL");
  }

  Resolution with(std::optional<std::string> passcode,
                  std::optional<std::string> session = std::nullopt) {
    return service.resolve({.token = TestService::token_of(*share),
                            .passcode = std::move(passcode),
                            .session = std::move(session)});
  }
  Verdict verdict(std::optional<std::string> passcode,
                  std::optional<std::string> session = std::nullopt) {
    return with(std::move(passcode), std::move(session)).verdict;
  }
  std::string session() { return with(kRight).share.value().session.value(); }

  ViewingSession read(const std::string& session) {
    return service.tools().sessions.open(share->links[0].id, session).value();
  }
  std::string write(const ViewingSession& session) {
    return service.tools().sessions.seal(share->links[0].id, session);
  }
  int failures() { return service.database.count("SELECT passcode_failures FROM link"); }

  TestService service;
  std::optional<core::Share> share;
};

}  // namespace

TEST_CASE("a passcode is asked for, and the right one opens") {
  Door door;
  CHECK(door.verdict(std::nullopt) == Verdict::passcode_required);
  CHECK(door.verdict("blue harbour 8") == Verdict::passcode_invalid);
  CHECK(door.verdict("") == Verdict::passcode_invalid);
  const Resolution open = door.with(kRight);
  CHECK(open.verdict == Verdict::open);
  REQUIRE(open.share);
  CHECK(open.share->media.size() == 1);
  CHECK(open.share->panels.size() == 1);
}

TEST_CASE("what is behind a passcode is nowhere in a refusal") {
  Door door;
  for (const auto& refused : {door.with(std::nullopt), door.with("wrong")}) {
    CHECK_FALSE(refused.share);
    CHECK_FALSE(refused.starts_at);
  }
}

TEST_CASE("wrong tries count, and the right passcode ends that") {
  Door door;
  for (int i = 1; i <= 4; ++i) {
    CHECK(door.verdict("wrong") == Verdict::passcode_invalid);
    CHECK(door.failures() == i);
  }
  CHECK(door.verdict(kRight) == Verdict::open);
  CHECK(door.failures() == 0);
}

TEST_CASE("after five wrong tries even the right passcode has to wait, and is told how long") {
  Door door;
  for (int i = 0; i < 5; ++i) {
    CHECK(door.verdict("wrong") == Verdict::passcode_invalid);
  }
  const Resolution throttled = door.with(kRight);
  CHECK(throttled.verdict == Verdict::passcode_throttled);
  REQUIRE(throttled.pause);
  CHECK(*throttled.pause > seconds(20));
  CHECK(*throttled.pause <= seconds(30));
  CHECK(door.failures() == 5);  // waiting is no try
  door.service.database.run("UPDATE link SET passcode_next_at = now() - interval '1 s'");
  CHECK(door.verdict(kRight) == Verdict::open);
}

// A hash takes some 20 ms of a core; only those who have a try cost one.
TEST_CASE("of 200 guesses at once at most five are looked at", "[threads]") {
  Door door;
  std::atomic<int> invalid{0};
  std::atomic<int> throttled{0};
  const int failures = test::failures_together(200, [&](int number) {
    const Verdict verdict = door.verdict("guess " + std::to_string(number));
    invalid += verdict == Verdict::passcode_invalid ? 1 : 0;
    throttled += verdict == Verdict::passcode_throttled ? 1 : 0;
  });
  CHECK(failures == 0);
  CHECK(invalid == 5);
  CHECK(throttled == 195);
}

TEST_CASE("an address has 20 wrong passcodes, whatever the link, and its neighbours theirs") {
  Door door;
  const auto guess = [&](const char* address, const std::string& passcode) {
    door.service.database.run("UPDATE link SET passcode_failures = 0, passcode_next_at = NULL");
    return door.service
        .resolve({.token = TestService::token_of(*door.share),
                  .passcode = passcode,
                  .client = IpAddress::parse(address).value()})
        .verdict;
  };
  for (int i = 0; i < 20; ++i) {
    REQUIRE(guess("2001:db8::1", "wrong") == Verdict::passcode_invalid);
    REQUIRE(guess("2001:db8:0:1::1", kRight) == Verdict::open);  // a right one is not counted
  }
  CHECK(guess("2001:db8::2", "wrong") == Verdict::passcode_throttled);  // the same household
  CHECK(guess("2001:db8::1", kRight) == Verdict::passcode_throttled);
  CHECK(guess("2001:db8:0:1::1", kRight) == Verdict::open);
}

TEST_CASE("a session opens without the passcode, and is renewed each time") {
  Door door;
  const std::string first = door.session();
  const Resolution again = door.with(std::nullopt, first);
  CHECK(again.verdict == Verdict::open);
  const std::string second = again.share.value().session.value();
  CHECK(second != first);
  CHECK(door.verdict(std::nullopt, second) == Verdict::open);
  CHECK(door.verdict(std::nullopt, first) == Verdict::open);
  CHECK(door.read(second).started_at == door.read(first).started_at);
  CHECK(door.read(second).expires_at > door.read(first).expires_at);
  CHECK(door.read(first).expires_at - door.read(first).started_at == minutes(10));
  CHECK(door.verdict("wrong", first) == Verdict::open);  // nobody asks for the passcode
  CHECK(door.failures() == 0);
}

TEST_CASE("a session from before a change of the passcode is void at once") {
  Door door;
  const std::string session = door.session();
  door.set_passcode("another one");
  CHECK(door.verdict(std::nullopt, session) == Verdict::passcode_required);
  CHECK(door.verdict(kRight, session) == Verdict::passcode_invalid);
  CHECK(door.verdict("another one", session) == Verdict::open);
}

TEST_CASE("a session ends after its time, and for good after 12 hours") {
  Door door;
  ViewingSession session = door.read(door.session());
  const core::Instant now = wall_clock_now();
  session.expires_at = now - std::chrono::milliseconds(1);
  CHECK(door.verdict(std::nullopt, door.write(session)) == Verdict::passcode_required);
  session.expires_at = now + minutes(5);
  session.started_at = now - hours(12) + minutes(1);
  const Resolution last = door.with(std::nullopt, door.write(session));
  REQUIRE(last.verdict == Verdict::open);
  CHECK(door.read(last.share->session.value()).expires_at == session.started_at + hours(12));
  CHECK(last.share->renew_after < session.started_at + hours(12));
}

TEST_CASE("a session that does not fit counts as none") {
  Door door;
  const std::string session = door.session();
  const core::Link other = door.service.links.create(door.service.me, door.share->id, {}, {}).link;
  CHECK(door.verdict(std::nullopt, "") == Verdict::passcode_required);
  CHECK(door.verdict(std::nullopt, session + "A") == Verdict::passcode_required);
  CHECK(door.service.resolve({.token = {other.id, other.kid}, .session = session}).verdict ==
        Verdict::passcode_required);
  ViewingSession powerless = door.read(session);
  powerless.passcode_passed = false;
  CHECK(door.verdict(std::nullopt, door.write(powerless)) == Verdict::passcode_required);
}

TEST_CASE("a session says nothing about the state of the link") {
  Door door;
  const std::string session = door.session();
  door.service.shares.disable(door.service.me, door.share->id, std::nullopt);
  CHECK(door.verdict(std::nullopt, session) == Verdict::link_disabled);
}

TEST_CASE("a link without passcode and limit gives no session and asks for none") {
  Door door;
  door.service.database.run("UPDATE share SET passcode_hash = NULL");
  const Resolution open = door.with("whatever", "whatever");
  CHECK(open.verdict == Verdict::open);
  CHECK_FALSE(open.share.value().session);
  CHECK(door.failures() == 0);
}

// What becomes of the right passcode when `change` comes between the two looks at the link: both
// hashing threads are held until it is made.
template <class Change>
Verdict verdict_after(Door& door, Change change) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(door.service.hashers.submit([released] { released.wait(); }));
  }
  auto answer = std::async(std::launch::async, [&] { return door.verdict(kRight); });
  while (door.failures() == 0) {
    std::this_thread::yield();
  }
  change();
  release.set_value();
  return answer.get();
}

TEST_CASE("a link that is closed while the passcode is hashed stays closed", "[threads]") {
  Door door;
  CHECK(verdict_after(door, [&] {
          door.service.shares.disable(door.service.me, door.share->id, std::nullopt);
        }) == Verdict::link_disabled);
}

TEST_CASE("a passcode that is changed while it is hashed is the wrong one", "[threads]") {
  Door door;
  CHECK(verdict_after(door, [&] { door.set_passcode("another one"); }) ==
        Verdict::passcode_invalid);
}

TEST_CASE("too many waiting passcodes are overloaded, and cost no try", "[threads]") {
  Door door;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  for (std::size_t i = 0; i < Resolver::kMaxWaitingPasscodes + 2; ++i) {
    REQUIRE(door.service.hashers.submit([released] { released.wait(); }));
  }
  while (door.service.hashers.queued() > Resolver::kMaxWaitingPasscodes) {
    std::this_thread::yield();
  }
  CHECK(test::fault_of([&] { door.verdict(kRight); }) == core::ErrorCode::overloaded);
  CHECK(door.failures() == 0);
  CHECK(door.verdict(std::nullopt) == Verdict::passcode_required);  // others are served
  release.set_value();
}

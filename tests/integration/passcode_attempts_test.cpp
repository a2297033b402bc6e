#include <catch2/catch.hpp>
#include <chrono>

#include "service/store/passcode_attempt_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using namespace std::chrono_literals;
using std::chrono::seconds;
using test::TestService;
namespace attempts = store::passcode_attempt_store;

namespace {

using Pause = std::optional<seconds>;

// A link whose passcode is tried, and a clock for it: time passes by moving what is stored back.
struct Door {
  explicit Door(int pool_size = 4) : service(pool_size), share(service.given_share_of("r")) {}

  Pause reserve(const core::LinkId& link) {
    return store::in_transaction(service.pool, [&](store::Transaction& transaction) {
      return attempts::reserve(transaction, service.me.workspace, link);
    });
  }
  Pause reserve() { return reserve(share.links[0].id); }

  // How many of so many tries in a row are allowed.
  int allowed_of(int tries) {
    int allowed = 0;
    for (int i = 0; i < tries; ++i) {
      allowed += reserve() ? 0 : 1;
    }
    return allowed;
  }

  int told() {
    return service.database.count(
        "SELECT count(*) FROM event_inbox WHERE type = 'link.passcode_throttled'");
  }

  void pass(seconds time) {
    service.database.run("UPDATE link SET passcode_next_at = passcode_next_at - interval '" +
                         std::to_string(time.count()) + " s'");
  }

  TestService service;
  core::Share share;
};

// The clock goes on between the two statements that a test compares.
bool about(Pause pause, seconds expected) {
  return pause && *pause <= expected && *pause >= expected - 2s;
}

}  // namespace

TEST_CASE("five tries are free, and then there is a pause") {
  Door door;
  CHECK(door.allowed_of(5) == 5);
  CHECK(about(door.reserve(), 30s));
  CHECK(door.allowed_of(20) == 0);
}

TEST_CASE("of many tries at once five are allowed") {
  Door door(16);
  std::atomic<int> allowed{0}, refused{0};
  const int failures = test::failures_together(20, [&](int) {
    for (int i = 0; i < 10; ++i) {
      const Pause pause = door.reserve();
      ++(pause ? refused : allowed);
      if (pause && (*pause < 25s || *pause > 30s)) {
        throw std::logic_error("another pause");
      }
    }
  });
  CHECK(failures == 0);
  CHECK(allowed == 5);
  CHECK(refused == 195);
}

TEST_CASE("of many tries at once after a pause one is allowed") {
  Door door(16);
  door.allowed_of(5);
  door.pass(30s);
  std::atomic<int> allowed{0};
  const int failures = test::failures_together(20, [&](int) { allowed += door.reserve() ? 0 : 1; });
  CHECK(failures == 0);
  CHECK(allowed == 1);
}

TEST_CASE("the pause doubles up to a quarter of an hour, and there is always a next try") {
  Door door;
  door.allowed_of(5);
  for (const seconds pause : {30s, 60s, 120s, 240s, 480s, 900s, 900s, 900s}) {
    CAPTURE(pause.count());
    CHECK(about(door.reserve(), pause));
    door.pass(pause - 3s);
    CHECK(door.reserve());
    door.pass(3s);
    CHECK_FALSE(door.reserve());
  }
  door.service.database.run("UPDATE link SET passcode_failures = 100000");
  door.pass(900s);
  CHECK_FALSE(door.reserve());
  CHECK(about(door.reserve(), 900s));
}

TEST_CASE("trying during the pause does not make it longer") {
  Door door;
  door.allowed_of(5);
  CHECK(door.allowed_of(100) == 0);
  door.pass(30s);
  CHECK_FALSE(door.reserve());
}

TEST_CASE("a day without a try gives all five back") {
  Door door;
  door.allowed_of(5);
  door.pass(24h);
  CHECK(door.allowed_of(20) == 1);  // the pause of 30 s is not a part of that day
  door.pass(24h + 61s);
  CHECK(door.allowed_of(20) == 5);
}

TEST_CASE("tries that were not used up do not add up over quiet days") {
  Door door;
  for (int day = 0; day < 4; ++day) {
    CHECK(door.allowed_of(4) == 4);
    door.pass(25h);
  }
  CHECK(door.allowed_of(20) == 5);
}

TEST_CASE("the right passcode gives all tries back") {
  Door door;
  door.allowed_of(5);
  store::in_transaction(door.service.pool, [&](store::Transaction& transaction) {
    attempts::clear(transaction, door.service.me.workspace, door.share.links[0].id);
    return 0;
  });
  CHECK(door.allowed_of(20) == 5);
}

TEST_CASE("whoever goes on after five wrong passcodes is told of once") {
  Door door;
  door.allowed_of(5);
  CHECK(door.told() == 0);
  SECTION("in the pause") { CHECK(door.allowed_of(3) == 0); }
  SECTION("after the pause") {
    door.pass(30s);
    CHECK(door.allowed_of(3) == 1);
  }
  CHECK(door.told() == 1);
  const std::string link = door.service.database.run(
      "SELECT share_id || ' ' || link_id FROM event_inbox WHERE type = 'link.passcode_throttled'");
  CHECK(link == door.share.id.uuid().text() + " " + door.share.links[0].id.uuid().text());
  door.pass(15min);
  door.allowed_of(3);
  CHECK(door.told() == 1);
}

TEST_CASE("guessing is told again once the tries were given back") {
  Door door;
  door.allowed_of(6);
  SECTION("by the right passcode") {
    store::in_transaction(door.service.pool, [&](store::Transaction& transaction) {
      attempts::clear(transaction, door.service.me.workspace, door.share.links[0].id);
    });
  }
  SECTION("by the owner") {
    door.service.shares.reset_passcode_attempts(door.service.me, door.share.id, {});
  }
  SECTION("by a day without a try") { door.pass(24h + 61s); }
  door.allowed_of(5);
  CHECK(door.told() == 1);
  door.allowed_of(1);
  CHECK(door.told() == 2);
}

TEST_CASE("guessing by many at once is told once") {
  Door door(16);
  CHECK(test::failures_together(20, [&](int) { door.allowed_of(10); }) == 0);
  CHECK(door.told() == 1);
}

TEST_CASE("each link has tries of its own") {
  Door door;
  door.allowed_of(5);
  const core::Share other = door.service.given_share_of("r");
  CHECK_FALSE(door.reserve(other.links[0].id));
}

TEST_CASE("nobody tries, or clears, a link of another workspace") {
  Door door;
  const core::Principal stranger = door.service.new_principal("strangers");
  const core::LinkId link = door.share.links[0].id;
  store::in_transaction(door.service.pool, [&](store::Transaction& transaction) {
    CHECK(attempts::reserve(transaction, stranger.workspace, link) == 1s);
    return 0;
  });
  CHECK(door.allowed_of(5) == 5);
  store::in_transaction(door.service.pool, [&](store::Transaction& transaction) {
    attempts::clear(transaction, stranger.workspace, link);
    attempts::clear_all(transaction, stranger.workspace, door.share.id);
    return 0;
  });
  CHECK(door.reserve());
}

TEST_CASE("the owner gives all tries of all links of a share back, and of no other share") {
  Door door;
  const core::Share other = door.service.given_share_of("r");
  door.allowed_of(5);
  for (int i = 0; i < 5; ++i) {
    door.reserve(other.links[0].id);
  }
  auto& shares = door.service.shares;
  const core::Share after =
      shares.reset_passcode_attempts(door.service.me, door.share.id, door.share.version);
  CHECK(after.version == door.share.version);
  CHECK(door.allowed_of(20) == 5);
  CHECK(door.reserve(other.links[0].id));
}

TEST_CASE("tries are given back only to a share as it is expected, and never to a revoked one") {
  Door door;
  auto& shares = door.service.shares;
  const auto reset = [&](std::optional<std::int64_t> version) {
    return test::fault_of(
        [&] { shares.reset_passcode_attempts(door.service.me, door.share.id, version); });
  };
  CHECK(reset(99) == core::ErrorCode::etag_mismatch);
  shares.revoke(door.service.me, door.share.id, {});
  CHECK(reset({}) == core::ErrorCode::share_revoked);
}

#include "service/event_watch.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <string>

#include "tests/support/postgres_cluster.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using Catch::Matchers::Contains;
using core::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::fault_of;
using test::TestService;
using Turn = EventWatch::Turn;

namespace {

constexpr milliseconds kPatience{10'000};

// How one wait ended, once it did.
struct Ending {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Turn> turn;

  void set(Turn how) {
    const std::lock_guard lock(mutex);
    turn = how;
    changed.notify_all();
  }
  std::optional<Turn> get() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kPatience, [this] { return turn.has_value(); });
    return turn;
  }
};

struct World : TestService {
  explicit World(const std::string& more_conninfo = "") : TestService(4, more_conninfo) {}

  std::shared_ptr<Ending> wait(milliseconds patience = kPatience, bool wanted = true) {
    auto ending = std::make_shared<Ending>();
    watch.wait({me, events.end(me), steady_clock::now() + patience, [wanted] { return wanted; },
                [ending](Turn turn) { ending->set(turn); }});
    return ending;
  }

  Events events{pool};
  EventWatch watch{pool, events, workers, [] { return std::size_t{2}; }};
};

}  // namespace

TEST_CASE("who waits is told the news") {
  World world;
  world.watch.start();
  const auto first = world.wait();
  const auto second = world.wait();
  world.given_share_of("harbour");
  CHECK(first->get() == Turn::news);
  CHECK(second->get() == Turn::news);
}

TEST_CASE("those who are woken together are all told, however many") {
  World world;
  std::vector<std::shared_ptr<Ending>> endings;
  endings.reserve(1000);
  for (int i = 0; i < 1000; ++i) {
    endings.push_back(world.wait());
  }
  world.watch.start();
  world.given_share_of("harbour");
  for (const auto& ending : endings) {
    REQUIRE(ending->get() == Turn::news);
  }
}

TEST_CASE("who waits for no good is told when time is up, and who has left at once") {
  World world;
  world.watch.start();
  CHECK(world.wait(milliseconds(100))->get() == Turn::time_up);
  CHECK(world.wait(std::chrono::hours(1), false)->get() == Turn::time_up);
}

TEST_CASE("time is kept while the database is away") {
  World world;
  store::Pool nowhere({.database_url = "host=/nonexistent"});
  EventWatch watch(nowhere, world.events, world.workers, [] { return std::size_t{1}; });
  watch.start();
  Ending ending;
  watch.wait({world.me,
              {},
              steady_clock::now() + milliseconds(300),
              [] { return true; },
              [&](Turn turn) { ending.set(turn); }});
  CHECK(ending.get() == Turn::time_up);
}

TEST_CASE("a key that has ended waits for nothing more") {
  World world;
  const auto ending = world.wait();
  world.keys.revoke(world.me.key);
  world.events.publish();
  world.database.run("DELETE FROM event WHERE type = 'key.revoked'");  // which would be news
  world.watch.start();
  CHECK(ending->get() == Turn::key_ended);
  CHECK(fault_of([&] { world.events.read_on(world.me, {}); }) == ErrorCode::unauthenticated);
}

TEST_CASE("a process that leaves keeps nobody waiting, whenever they come") {
  World world;
  world.watch.start();
  const auto before = world.wait();
  world.watch.leave();
  CHECK(before->get() == Turn::leaving);
  CHECK(world.wait()->get() == Turn::leaving);
}

TEST_CASE("no more follow the feed than there are places for") {
  World world;
  auto first = world.watch.take_place(world.me.workspace);
  const auto second = world.watch.take_place(world.new_principal("another").workspace);
  const auto take = [&] { world.watch.take_place(world.me.workspace); };
  CHECK(fault_of(take) == ErrorCode::overloaded);
  CHECK(world.watch.places_taken() == 2);
  first.reset();
  CHECK_FALSE(fault_of(take));
  CHECK(world.watch.places_taken() == 1);
}

TEST_CASE("among many events a page costs what it shows, and the newest one look") {
  World world(
      "options='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0"
      " -c auto_explain.log_analyze=on -c auto_explain.log_timing=off'");
  world.new_principal("crowd");
  world.events.publish();
  world.database.run(
      "INSERT INTO event (position, event_id, workspace_id, type, occurred_at)"
      " SELECT nextval('event_position'), new_uuid(), workspace_id,"
      "        CASE WHEN n % 5000 = 7 THEN 'share.revoked' ELSE 'share.created' END, now()"
      "   FROM generate_series(1, 30000) n, workspace;"
      "ANALYZE event");
  const auto plan = [&](const std::string& statement, const auto& call) {
    const std::size_t before = test::shared_cluster().log().size();
    call();
    const std::string log = test::shared_cluster().log().substr(before);
    const auto at = log.rfind("/* " + statement + " */");
    return at == std::string::npos ? "" : log.substr(at, log.find("\n2", at) - at);
  };
  const auto newest = world.events.end(world.me);
  const core::FeedRequest middle{.after = {newest.position - 30'000, newest.event}};
  const std::string page = plan("feed_store.page", [&] { world.events.list(world.me, middle); });
  CHECK_THAT(page, Contains("event_of_workspace"));
  CHECK_THAT(page, Contains("rows=51 ") && !Contains("Seq Scan on event"));

  core::FeedRequest rare = middle;
  rare.types = {core::EventType::share_revoked};
  const std::string filtered = plan("feed_store.page", [&] { world.events.list(world.me, rare); });
  CHECK_THAT(filtered, Contains("event_of_workspace"));
  CHECK_THAT(filtered, Contains("actual rows=2000 ") && !Contains("Seq Scan on event"));

  world.watch.start();
  const std::string look =
      plan("feed_store.newest_of", [&] { world.wait(milliseconds(300))->get(); });
  CHECK_THAT(look, Contains("Index Only Scan Backward using event_of_workspace"));
}

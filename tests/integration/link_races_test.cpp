// Many threads that add, rotate and revoke links of one share. Threads only count, and the
// assertions run after the join.
#include <catch2/catch.hpp>
#include <mutex>
#include <set>

#include "service/links.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using test::fault_of;
using test::TestService;

namespace {

core::Recipient recipient(const std::string& name) {
  return {name, name + "@Example.com", name + "@example.com"};
}

struct World : TestService {
  World() : TestService(8), share(given_share_of("r")) {}

  Links::Shown add(const std::string& name) {
    return links.create(me, share.id, recipient(name), std::nullopt);
  }
  std::vector<Links::Shown> all() { return links.list(me, share.id, {}).items; }

  core::Share share;
};

}  // namespace

TEST_CASE("of many who add the same recipient at once, one does", "[threads]") {
  World world;
  std::atomic<int> made{0}, refused{0};
  const int failures = test::failures_together(20, [&](int) {
    ++(fault_of([&] { world.add("ann"); }) == ErrorCode::recipient_exists ? refused : made);
  });
  CHECK(failures == 0);
  CHECK(made == 1);
  CHECK(refused == 19);
  CHECK(world.all().size() == 2);
}

TEST_CASE("of many equal requests under one idempotency key, one makes the link", "[threads]") {
  World world;
  std::mutex guard;
  std::set<std::string> urls;
  const int failures = test::failures_together(20, [&](int) {
    const auto link = world.links.create(world.me, world.share.id, recipient("ann"),
                                         core::IdempotencyKey{"same", {}});
    const std::lock_guard lock(guard);
    urls.insert(link.url.value());
  });
  CHECK(failures == 0);
  CHECK(urls.size() == 1);
  CHECK(world.all().size() == 2);
}

TEST_CASE("of many who rotate one link at once, one does", "[threads]") {
  World world;
  const auto link = world.add("ann").link.id;
  std::atomic<int> made{0}, refused{0};
  const int failures = test::failures_together(12, [&](int) {
    ++(fault_of([&] { world.links.rotate(world.me, world.share.id, link, {}, {}); }) ==
               ErrorCode::conflict
           ? refused
           : made);
  });
  CHECK(failures == 0);
  CHECK(made == 1);
  CHECK(refused == 11);
  CHECK(world.all().size() == 3);
}

TEST_CASE("no link is added to a share whose revocation has returned", "[threads]") {
  World world;
  for (int round = 0; round < 10; ++round) {
    world.share = world.given_share_of("r");
    const int failures = test::failures_together(6, [&](int number) {
      if (number == 0) {
        world.shares.revoke(world.me, world.share.id, std::nullopt);
      } else {
        fault_of([&] { world.add("r" + std::to_string(number)); });
      }
    });
    CHECK(failures == 0);
    for (const Links::Shown& shown : world.all()) {
      CHECK(shown.link.revoked_at);
    }
  }
}

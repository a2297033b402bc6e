#include "service/links.hpp"

#include <catch2/catch.hpp>

#include "service/clock.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using test::fault_of;
using test::TestService;

namespace {

constexpr core::PageRequest kAll{.size = 200, .after = std::nullopt};

core::Recipient recipient(const std::string& name) {
  return {name, name + "@Example.com", name + "@example.com"};
}

core::LinkPatch a_patch(std::optional<core::RecipientPatch> change) {
  core::LinkPatch patch;
  patch.recipient = std::make_optional(std::move(change));
  return patch;
}

core::RecipientPatch to(const std::string& name) {
  return {.name = std::make_optional(std::optional(name)),
          .email = name + "@Example.com",
          .key = name + "@example.com"};
}

core::IdempotencyKey a_key(const std::string& text, std::uint8_t fingerprint = 1) {
  core::IdempotencyKey key{text, {}};
  key.fingerprint.fill(fingerprint);
  return key;
}

struct World : TestService {
  explicit World(int pool_size = 4) : TestService(pool_size), share(given_share_of("r")) {}

  Links::Shown add(const std::string& name) {
    return links.create(me, share.id, recipient(name), std::nullopt);
  }
  Links::Shown rotate(const core::LinkId& link, std::chrono::seconds grace = {}) {
    return links.rotate(me, share.id, link, {.grace = grace, .expected_version = {}}, std::nullopt);
  }
  void revoke(const core::LinkId& link) { links.revoke(me, share.id, link, std::nullopt); }
  std::vector<Links::Shown> all() { return links.list(me, share.id, kAll).items; }
  core::Verdict verdict_through(const core::Link& link) {
    core::Share through = share;
    through.links = {link};
    return verdict_of(through);
  }
  void set_policy(const std::string& assignment) {
    database.run("UPDATE policy SET " + assignment);
  }

  core::Share share;
};

}  // namespace

TEST_CASE("a link is added for a recipient or for anybody, and shown again") {
  World world;
  const Links::Shown ann = world.add("ann");
  CHECK(ann.link.recipient == recipient("ann"));
  CHECK(ann.link.kid == 7);
  CHECK(ann.link.views == 0);
  CHECK(ann.link.version == 1);
  REQUIRE(ann.url);
  CHECK(ann.url->starts_with("https://app.example.com/shared#"));
  const Links::Shown anybody =
      world.links.create(world.me, world.share.id, std::nullopt, std::nullopt);
  CHECK_FALSE(anybody.link.recipient);
  CHECK(anybody.url != ann.url);
  CHECK(world.links.get(world.me, world.share.id, ann.link.id).url == ann.url);
  CHECK(world.verdict_through(ann.link) == core::Verdict::open);
  CHECK(world.all().size() == 3);
  CHECK(world.shares.get(world.me, world.share.id).version == 1);
}

TEST_CASE("a share begins with one link for each recipient, in their order") {
  TestService service;
  service.given_recording("r");
  core::ShareDraft draft = test::a_share_of("r");
  for (int i = 0; i < 50; ++i) {
    draft.recipients.push_back(recipient("r" + std::to_string(100 + i)));
  }
  draft.recipients[3].name.reset();
  draft.recipients[4].name = R"(O'Neil, {"\"}, NULL)";
  const core::Share share = service.shares.create(service.me, draft);
  REQUIRE(share.links.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(share.links[i].recipient == draft.recipients[i]);
  }
}

TEST_CASE("links come in pages, oldest first, each one once") {
  World world;
  std::vector<core::LinkId> made{world.share.links[0].id};
  for (int i = 0; i < 6; ++i) {
    made.push_back(world.add("r" + std::to_string(i)).link.id);
  }
  std::ranges::sort(made);
  std::vector<core::LinkId> seen;
  core::PageRequest request{.size = 3, .after = std::nullopt};
  do {
    const auto page = world.links.list(world.me, world.share.id, request);
    for (const Links::Shown& item : page.items) {
      seen.push_back(item.link.id);
    }
    request.after = page.next;
  } while (request.after);
  CHECK(seen == made);
  const auto full = world.links.list(world.me, world.share.id, {.size = 7, .after = std::nullopt});
  CHECK_FALSE(full.next);
}

TEST_CASE("a recipient has one link of a share until it is revoked") {
  World world;
  const Links::Shown first = world.add("ann");
  try {
    world.add("ann");
    FAIL("made");
  } catch (const core::Error& error) {
    CHECK(error.code() == ErrorCode::recipient_exists);
    REQUIRE(error.members().size() == 1);
    CHECK(error.members()[0] ==
          std::pair<std::string, std::string>("link_id", first.link.id.text()));
  }
  CHECK(world.all().size() == 2);
  world.revoke(first.link.id);
  CHECK(world.add("ann").link.id != first.link.id);
  const core::Share other = world.given_share_of("r");
  CHECK(world.links.create(world.me, other.id, recipient("ann"), std::nullopt).url);
}

TEST_CASE("a link may change hands, and keeps its URL") {
  World world;
  const Links::Shown ann = world.add("ann");
  world.add("bob");
  const Links::Shown eve =
      world.links.update(world.me, world.share.id, ann.link.id, a_patch(to("eve")));
  CHECK(eve.link.recipient == recipient("eve"));
  CHECK(eve.link.version == 2);
  CHECK(eve.url == ann.url);
  const auto update = [&](const core::LinkPatch& patch) {
    return world.links.update(world.me, world.share.id, ann.link.id, patch);
  };
  CHECK(fault_of([&] { update(a_patch(to("bob"))); }) == ErrorCode::recipient_exists);
  // Its own recipient is in nobody's way.
  CHECK(
      update(a_patch(core::RecipientPatch{.name = std::make_optional(std::optional<std::string>()),
                                          .email = "EVE@example.com",
                                          .key = "eve@example.com"}))
          .link.recipient == core::Recipient{std::nullopt, "EVE@example.com", "eve@example.com"});
  CHECK(update(a_patch({core::RecipientPatch{
                   .name = std::make_optional(std::optional<std::string>("E")),
                   .email = {},
                   .key = {}}}))
            .link.recipient->email == "EVE@example.com");
  CHECK_FALSE(update(a_patch(std::nullopt)).link.recipient);
  CHECK(
      fault_of([&] {
        update(a_patch(core::RecipientPatch{
            .name = std::make_optional(std::optional<std::string>("E")), .email = {}, .key = {}}));
      }) == ErrorCode::validation_failed);
  CHECK(world.add("eve").link.version == 1);
}

TEST_CASE("a patch that changes nothing of a link leaves its version") {
  World world;
  const Links::Shown ann = world.add("ann");
  CHECK(world.links.update(world.me, world.share.id, ann.link.id, {}).link.version == 1);
  CHECK(
      world.links.update(world.me, world.share.id, ann.link.id, a_patch(to("ann"))).link.version ==
      1);
}

TEST_CASE("revoking one link ends that one and no other") {
  World world;
  const Links::Shown ann = world.add("ann");
  const Links::Shown bob = world.add("bob");
  world.revoke(ann.link.id);
  const Links::Shown dead = world.links.get(world.me, world.share.id, ann.link.id);
  CHECK(dead.link.revoked_at);
  CHECK_FALSE(dead.url);
  CHECK(dead.link.version == 2);
  CHECK(world.verdict_through(ann.link) == core::Verdict::link_revoked);
  CHECK(world.verdict_through(bob.link) == core::Verdict::open);
  world.revoke(ann.link.id);
  const Links::Shown again = world.links.get(world.me, world.share.id, ann.link.id);
  CHECK(again.link.revoked_at == dead.link.revoked_at);
  CHECK(again.link.version == 2);
}

TEST_CASE("revoking a link ends what it has replaced, grace or not, however often it was rotated") {
  World world;
  const auto hour = std::chrono::hours(1);
  const Links::Shown first = world.add("ann");
  const Links::Shown second = world.rotate(first.link.id, hour);
  const Links::Shown third = world.rotate(second.link.id, hour);
  const Links::Shown bob = world.add("bob");
  CHECK(world.verdict_through(first.link) == core::Verdict::open);
  world.revoke(third.link.id);
  for (const Links::Shown& shown : {first, second, third}) {
    CHECK(world.verdict_through(shown.link) == core::Verdict::link_revoked);
    CHECK(world.links.get(world.me, world.share.id, shown.link.id).link.revoked_at);
  }
  CHECK(world.verdict_through(bob.link) == core::Verdict::open);
}

TEST_CASE("a rotated link gives its recipient and its comments to the new one") {
  World world;
  const Links::Shown old = world.add("ann");
  const auto comment = world.comments.create(
      world.me, world.share.id,
      {.body = "For Ann", .at_ms = {}, .author = {}, .link_id = old.link.id}, std::nullopt);
  world.database.run("UPDATE link SET views = 5");
  const Links::Shown fresh = world.rotate(old.link.id);
  CHECK(fresh.link.id != old.link.id);
  CHECK(fresh.link.recipient == recipient("ann"));
  CHECK(fresh.link.views == 0);
  CHECK(fresh.link.version == 1);
  REQUIRE(fresh.url);
  CHECK(fresh.url != old.url);
  const Links::Shown dead = world.links.get(world.me, world.share.id, old.link.id);
  CHECK(dead.link.replaced_by == fresh.link.id);
  CHECK(dead.link.retires_at);
  CHECK_FALSE(dead.link.revoked_at);
  CHECK_FALSE(dead.url);
  CHECK(dead.link.version == 2);
  const auto moved = world.comments.get(world.me, world.share.id, comment.id);
  CHECK(moved.link_id == fresh.link.id);
  CHECK(moved.version == 2);
}

TEST_CASE("a rotated link shows its URL until its time of grace is over, or it is revoked") {
  World world;
  const auto old = world.share.links[0];
  world.rotate(old.id, std::chrono::hours(1));
  const Links::Shown late = world.links.get(world.me, world.share.id, old.id);
  CHECK(late.url);
  CHECK(*late.link.retires_at - wall_clock_now() > std::chrono::minutes(59));
  CHECK(*late.link.retires_at - wall_clock_now() < std::chrono::minutes(61));
  world.database.run("UPDATE link SET retires_at = now() WHERE retires_at IS NOT NULL");
  CHECK_FALSE(world.links.get(world.me, world.share.id, old.id).url);
  const auto second = world.rotate(world.all().back().link.id, std::chrono::hours(1));
  world.revoke(*world.links.get(world.me, world.share.id, old.id).link.replaced_by);
  CHECK(second.url);
  CHECK_FALSE(world.links
                  .get(world.me, world.share.id,
                       *world.links.get(world.me, world.share.id, old.id).link.replaced_by)
                  .url);
}

TEST_CASE("a link that is revoked or replaced is neither changed nor rotated") {
  World world;
  const auto& me = world.me;
  const auto share = world.share.id;
  const auto revoked = world.add("ann").link.id;
  const auto replaced = world.add("bob").link.id;
  world.revoke(revoked);
  world.rotate(replaced, std::chrono::hours(1));
  for (const core::LinkId& dead : {revoked, replaced}) {
    CHECK(fault_of([&] { world.rotate(dead); }) == ErrorCode::conflict);
    CHECK(fault_of([&] { world.links.update(me, share, dead, a_patch(to("eve"))); }) ==
          ErrorCode::conflict);
  }
  world.revoke(replaced);
  CHECK_FALSE(world.links.get(me, share, replaced).url);
}

TEST_CASE("a change of a link is made only to the version given") {
  World world;
  const auto& me = world.me;
  const auto share = world.share.id;
  const auto link = world.add("ann").link.id;
  core::LinkPatch patch = a_patch(to("eve"));
  patch.expected_version = 2;
  CHECK(fault_of([&] { world.links.update(me, share, link, patch); }) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] { world.links.revoke(me, share, link, 2); }) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] {
          world.links.rotate(me, share, link, {.grace = {}, .expected_version = 2}, {});
        }) == ErrorCode::etag_mismatch);
  CHECK(world.links.get(me, share, link).link.version == 1);
  patch.expected_version = 1;
  CHECK(world.links.update(me, share, link, patch).link.version == 2);
  world.links.revoke(me, share, link, 2);
  CHECK(fault_of([&] { world.links.revoke(me, share, link, 2); }) == ErrorCode::etag_mismatch);
}

TEST_CASE("the links of a revoked share are dead and stay as they are") {
  World world;
  const auto& me = world.me;
  const auto link = world.add("ann").link.id;
  world.shares.revoke(me, world.share.id, std::nullopt);
  CHECK(fault_of([&] { world.add("bob"); }) == ErrorCode::share_revoked);
  CHECK(fault_of([&] { world.rotate(link); }) == ErrorCode::share_revoked);
  CHECK(fault_of([&] { world.links.update(me, world.share.id, link, {}); }) ==
        ErrorCode::share_revoked);
  world.revoke(link);
  for (const Links::Shown& shown : world.all()) {
    CHECK_FALSE(shown.url);
    CHECK(shown.link.revoked_at);
    CHECK(shown.link.version == 2);
  }
}

TEST_CASE("a policy that asks for recipients admits no anonymous link") {
  World world;
  const auto& me = world.me;
  const auto ann = world.add("ann").link.id;
  world.set_policy("require_recipient = true");
  CHECK(fault_of([&] { world.links.create(me, world.share.id, {}, {}); }) ==
        ErrorCode::recipient_required);
  CHECK(fault_of([&] { world.links.update(me, world.share.id, ann, a_patch(std::nullopt)); }) ==
        ErrorCode::recipient_required);
  CHECK(fault_of([&] { world.rotate(world.share.links[0].id); }) == ErrorCode::recipient_required);
  CHECK(world.rotate(ann).url);
  CHECK(world.add("bob").url);
}

TEST_CASE("links have the workspace's own address, and none that is not https") {
  World world;
  world.set_policy("link_url_template = 'https://own.example.org/s#{token}'");
  const auto ann = world.add("ann");
  CHECK(ann.url->starts_with("https://own.example.org/s#"));
  CHECK(world.all()[0].url->starts_with("https://own.example.org/s#"));
  world.set_policy("link_url_template = 'http://own.example.org/s#{token}'");
  CHECK(fault_of([&] { world.add("bob"); }) == ErrorCode::https_required);
  CHECK(fault_of([&] { world.rotate(ann.link.id); }) == ErrorCode::https_required);
}

TEST_CASE("a share has at most 1,000 links that are neither revoked nor replaced") {
  World world;
  world.database.run(
      "INSERT INTO link (workspace_id, link_id, share_id, kid)"
      " SELECT workspace_id, gen_random_uuid(), share_id, 7 FROM share, generate_series(1, 998)");
  const auto last = world.add("ann").link.id;
  CHECK(fault_of([&] { world.add("bob"); }) == ErrorCode::conflict);
  CHECK(fault_of([&] { world.add("ann"); }) == ErrorCode::recipient_exists);
  const auto replaced = world.rotate(last).link.id;
  CHECK(fault_of([&] { world.add("bob"); }) == ErrorCode::conflict);
  world.revoke(replaced);
  CHECK(world.add("bob").url);
}

TEST_CASE("a creation under an idempotency key is done once") {
  World world;
  const auto create = [&](const std::string& name, const core::IdempotencyKey& key) {
    return world.links.create(world.me, world.share.id, recipient(name), key);
  };
  const Links::Shown first = create("ann", a_key("k"));
  const Links::Shown again = create("ann", a_key("k"));
  CHECK(again.link.id == first.link.id);
  CHECK(again.url == first.url);
  CHECK(fault_of([&] { create("bob", a_key("k", 2)); }) == ErrorCode::idempotency_key_reused);
  const auto rotate = [&] {
    return world.links.rotate(world.me, world.share.id, first.link.id,
                              {.grace = {}, .expected_version = 1}, a_key("k"));
  };
  const Links::Shown fresh = rotate();
  CHECK(rotate().link.id == fresh.link.id);
  CHECK(world.all().size() == 3);
  CHECK(world.database.run("SELECT string_agg(result, '') FROM idempotency_key").find('#') ==
        std::string::npos);
}

TEST_CASE("a link or share that does not exist is not found by any call") {
  World world;
  const auto& me = world.me;
  const auto none = new_id<core::LinkId>();
  const auto other = world.given_share_of("r");
  const auto absent = new_id<core::ShareId>();
  const auto link = world.share.links[0].id;
  const auto check_not_found = [&](const core::ShareId& share, const core::LinkId& id) {
    CHECK(fault_of([&] { world.links.get(me, share, id); }) == ErrorCode::not_found);
    CHECK(fault_of([&] { world.links.update(me, share, id, {}); }) == ErrorCode::not_found);
    CHECK(fault_of([&] { world.links.revoke(me, share, id, {}); }) == ErrorCode::not_found);
    CHECK(fault_of([&] { world.links.rotate(me, share, id, {}, {}); }) == ErrorCode::not_found);
  };
  check_not_found(world.share.id, none);
  check_not_found(other.id, link);
  check_not_found(absent, link);
  CHECK(fault_of([&] { world.links.list(me, absent, kAll); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { world.links.create(me, absent, {}, {}); }) == ErrorCode::not_found);
  CHECK(world.verdict_through(world.share.links[0]) == core::Verdict::open);
}

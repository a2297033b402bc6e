// What an owner is told about a link, beside what its visitor is told.
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::Verdict;
using test::TestService;

namespace {

struct Explained {
  Explained() : share(service.given_share_of("r")) {}
  Explanation explain(std::optional<core::LinkId> link = std::nullopt) {
    return service.explanations.explain(service.me, share.id, link);
  }
  core::Trace trace() { return explain().links.at(0).trace; }

  TestService service;
  core::Share share;
};

}  // namespace

TEST_CASE("an explanation has the verdict that a visitor with empty hands gets") {
  const std::vector<std::string> changes = {
      "SELECT 1",
      "UPDATE link SET revoked_at = now()",
      "UPDATE link SET retires_at = now()",
      "UPDATE share SET revoked_at = now()",
      "UPDATE share SET disabled_at = now()",
      "UPDATE policy SET require_passcode = true",
      "UPDATE policy SET require_recipient = true",
      "UPDATE recording SET deleted_at = now()",
      "UPDATE recording SET expires_at = now()",
      "UPDATE share SET starts_at = now() + interval '9 s'",
      "UPDATE share SET expires_at = now()",
      "UPDATE share SET starts_at = now() - interval '9 s'; "
      "UPDATE policy SET max_ttl_seconds = 9",
      "UPDATE share SET audience = 'workspace'",
      "UPDATE policy SET allow_public = false",
      "UPDATE share SET passcode_hash = 'x'",
      "UPDATE share SET max_views = 1; UPDATE link SET views = 1"};
  std::set<Verdict> seen;
  for (const std::string& sql : changes) {
    Explained world;
    world.service.database.run(sql);
    INFO(sql);
    const core::Trace trace = world.trace();
    CHECK(trace.verdict == world.service.verdict_of(world.share));
    CHECK(trace.steps.size() == core::decision_steps().size());
    seen.insert(trace.verdict);
  }
  CHECK(seen.size() == 9);
}

TEST_CASE("every link of a share is explained, oldest first, or the one that is named") {
  Explained world;
  auto& links = world.service.links;
  const core::Recipient ann{"Ann", "ann@example.com", "ann@example.com"};
  const core::Link second = links.create(world.service.me, world.share.id, ann, {}).link;
  const core::Link third = links.create(world.service.me, world.share.id, {}, {}).link;
  links.revoke(world.service.me, world.share.id, third.id, std::nullopt);

  const Explanation all = world.explain();
  REQUIRE(all.links.size() == 3);
  CHECK(all.share == world.share.id);
  CHECK(all.links[0].link == world.share.links[0].id);
  CHECK_FALSE(all.links[0].recipient);
  CHECK(all.links[1].link == second.id);
  CHECK(all.links[1].recipient == ann);
  CHECK(all.links[1].trace.verdict == Verdict::open);
  CHECK(all.links[2].trace.verdict == Verdict::link_revoked);

  const Explanation one = world.explain(second.id);
  REQUIRE(one.links.size() == 1);
  CHECK(one.links[0].link == second.id);
}

TEST_CASE("what is another's, another share's or not there is not explained") {
  Explained world;
  const core::Share other = world.service.given_share_of("other");
  const auto stranger = world.service.new_principal("theirs");
  const auto fault = [&](const core::Principal& who, const core::ShareId& share,
                         std::optional<core::LinkId> link = std::nullopt) {
    return test::fault_of([&] { world.service.explanations.explain(who, share, link); });
  };
  CHECK(fault(stranger, world.share.id) == core::ErrorCode::not_found);
  CHECK(fault(stranger, world.share.id, world.share.links[0].id) == core::ErrorCode::not_found);
  CHECK(fault(world.service.me, core::ShareId(core::Uuid{})) == core::ErrorCode::not_found);
  CHECK(fault(world.service.me, world.share.id, other.links[0].id) == core::ErrorCode::not_found);
  CHECK_FALSE(fault(world.service.me, other.id, other.links[0].id));
}

TEST_CASE("to explain takes neither a view nor a try") {
  Explained world;
  world.service.database.run("UPDATE share SET passcode_hash = 'x', max_views = 1");
  const auto row = [&] { return world.service.database.run("SELECT link::text FROM link"); };
  const std::string before = row();
  world.explain();
  CHECK(row() == before);
}

#include <algorithm>
#include <catch2/catch.hpp>

#include "service/links.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using test::TestService;

TEST_CASE("a share tells how many links it has, and in a list shows those that matter") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  const core::Recipient ann{{}, "ann@example.com", "ann@example.com"};
  const auto of_ann = service.links.create(service.me, share.id, ann, std::nullopt).link.id;
  service.database.run(
      "INSERT INTO link (workspace_id, link_id, share_id, kid, revoked_at)"
      " SELECT workspace_id, gen_random_uuid(), share_id, 7, now()"
      "   FROM share, generate_series(1, 1100)");
  const core::Share whole = service.shares.get(service.me, share.id);
  CHECK(whole.link_count == 1102);
  CHECK(whole.links.size() == 1000);
  const core::Share listed = service.shares.list(service.me, {}, {}).items.at(0);
  CHECK(listed.link_count == 1102);
  REQUIRE(listed.links.size() == 20);
  for (const core::LinkId& living : {of_ann, share.links[0].id}) {
    CHECK(std::ranges::count(listed.links, living, &core::Link::id) == 1);
  }
  CHECK(std::ranges::is_sorted(listed.links, {}, &core::Link::id));
}

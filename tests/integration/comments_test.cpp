#include "service/comments.hpp"

#include <catch2/catch.hpp>

#include "service/clock.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using test::fault_of;
using test::TestService;

namespace {

constexpr core::PageRequest kAll{.size = 200, .after = std::nullopt};

core::CommentDraft saying(const std::string& body) {
  return {.body = body, .at_ms = {}, .author = {}, .link_id = {}};
}

struct World : TestService {
  explicit World(int pool_size = 4) : TestService(pool_size), share(given_share()) {}

  core::Share given_share() {
    core::RecordingDraft draft = test::a_recording();
    draft.duration_ms = 60'000;
    given_recording("minute", draft);
    return given_share_of("minute");
  }
  core::Comment add(const core::CommentDraft& draft) {
    return comments.create(me, share.id, draft, std::nullopt);
  }
  core::Comment change(const core::CommentId& id, const core::CommentPatch& patch) {
    return comments.update(me, share.id, id, patch);
  }
  std::vector<core::Comment> all() { return comments.list(me, share.id, kAll).items; }

  core::Share share;
};

}  // namespace

TEST_CASE("a comment is read back as it was written") {
  World world;
  const auto link = world.share.links[0].id;
  const core::Comment made =
      world.add({.body = "Look\nhere <b>", .at_ms = 60'000, .author = "Ada", .link_id = link});
  CHECK(made.share_id == world.share.id);
  CHECK(made.link_id == link);
  CHECK(made.at_ms == 60'000);
  CHECK(made.body == "Look\nhere <b>");
  CHECK(made.author == "Ada");
  CHECK(made.version == 1);
  CHECK(made.updated_at == made.created_at);
  CHECK(world.comments.get(world.me, world.share.id, made.id) == made);
  const core::Comment bare = world.add(saying("x"));
  CHECK_FALSE(bare.at_ms);
  CHECK_FALSE(bare.author);
  CHECK_FALSE(bare.link_id);
  CHECK(world.shares.get(world.me, world.share.id).version == 1);
}

TEST_CASE("a comment speaks of a place within the recording") {
  World world;
  core::CommentDraft late = saying("late");
  late.at_ms = 60'001;
  try {
    world.add(late);
    FAIL("made");
  } catch (const core::Error& error) {
    REQUIRE(error.violations().size() == 1);
    CHECK(error.violations()[0].pointer == "/at_ms");
    CHECK(error.violations()[0].code == "out_of_range");
  }
  const core::Comment made = world.add(saying("x"));
  core::CommentPatch move;
  move.at_ms = std::make_optional(std::optional<std::int64_t>(60'001));
  CHECK(fault_of([&] { world.change(made.id, move); }) == ErrorCode::validation_failed);
  world.database.run("UPDATE recording SET duration_ms = NULL");
  CHECK(world.add(late).at_ms == 60'001);
}

TEST_CASE("a comment may be for one link, as long as that is in use") {
  World world;
  const auto& me = world.me;
  const core::Share other = world.given_share_of("other");
  const auto revoked = world.links.create(me, world.share.id, {}, {}).link.id;
  const auto replaced = world.links.create(me, world.share.id, {}, {}).link.id;
  world.links.revoke(me, world.share.id, revoked, {});
  world.links.rotate(me, world.share.id, replaced, {std::chrono::hours(1), {}}, {});
  for (const core::LinkId& link : {revoked, replaced, other.links[0].id, new_id<core::LinkId>()}) {
    core::CommentDraft draft = saying("x");
    draft.link_id = link;
    try {
      world.add(draft);
      FAIL("made");
    } catch (const core::Error& error) {
      REQUIRE(error.violations().size() == 1);
      CHECK(error.violations()[0].pointer == "/link_id");
      CHECK(error.violations()[0].code == "not_found");
    }
  }
  CHECK(world.all().empty());
}

TEST_CASE("a patch changes what it names of a comment and raises the version") {
  World world;
  const core::Comment before =
      world.add({.body = "Old", .at_ms = 5, .author = "Ada", .link_id = {}});
  core::CommentPatch patch;
  patch.body = "New";
  patch.at_ms = std::make_optional(std::optional<std::int64_t>());
  const core::Comment after = world.change(before.id, patch);
  CHECK(after.body == "New");
  CHECK_FALSE(after.at_ms);
  CHECK(after.author == "Ada");
  CHECK(after.version == 2);
  CHECK(after.updated_at > before.updated_at);
  CHECK(after.created_at == before.created_at);
  CHECK(world.change(before.id, patch) == after);
  CHECK(world.change(before.id, {}) == after);
}

TEST_CASE("a change of a comment is made only to the version given") {
  World world;
  const core::Comment comment = world.add(saying("x"));
  core::CommentPatch patch;
  patch.body = "y";
  patch.expected_version = 2;
  CHECK(fault_of([&] { world.change(comment.id, patch); }) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] { world.comments.remove(world.me, world.share.id, comment.id, 2); }) ==
        ErrorCode::etag_mismatch);
  patch.expected_version = 1;
  CHECK(world.change(comment.id, patch).version == 2);
  world.comments.remove(world.me, world.share.id, comment.id, 2);
  CHECK(world.all().empty());
}

TEST_CASE("a comment that was removed is gone") {
  World world;
  const auto id = world.add(saying("x")).id;
  world.comments.remove(world.me, world.share.id, id, std::nullopt);
  CHECK(fault_of([&] { world.comments.get(world.me, world.share.id, id); }) ==
        ErrorCode::not_found);
  CHECK(fault_of([&] { world.comments.remove(world.me, world.share.id, id, {}); }) ==
        ErrorCode::not_found);
  CHECK(world.database.count("SELECT count(*) FROM comment") == 0);
}

TEST_CASE("comments come in pages, oldest first, each one once") {
  World world;
  std::vector<core::CommentId> made;
  made.reserve(7);
  for (int i = 0; i < 7; ++i) {
    made.push_back(world.add(saying(std::to_string(i))).id);
  }
  std::ranges::sort(made);
  std::vector<core::CommentId> seen;
  core::PageRequest request{.size = 3, .after = std::nullopt};
  do {
    const auto page = world.comments.list(world.me, world.share.id, request);
    for (const core::Comment& item : page.items) {
      seen.push_back(item.id);
    }
    request.after = page.next;
  } while (request.after);
  CHECK(seen == made);
  CHECK_FALSE(
      world.comments.list(world.me, world.share.id, {.size = 7, .after = std::nullopt}).next);
}

TEST_CASE("the comments of a revoked share stay as they are") {
  World world;
  const auto id = world.add(saying("x")).id;
  world.shares.revoke(world.me, world.share.id, std::nullopt);
  core::CommentPatch patch;
  patch.body = "y";
  CHECK(fault_of([&] { world.add(saying("y")); }) == ErrorCode::share_revoked);
  CHECK(fault_of([&] { world.change(id, patch); }) == ErrorCode::share_revoked);
  CHECK(fault_of([&] { world.comments.remove(world.me, world.share.id, id, {}); }) ==
        ErrorCode::share_revoked);
  CHECK(world.all().size() == 1);
}

TEST_CASE("a share has at most 1,000 comments, however many are written at once", "[threads]") {
  World world(8);
  world.database.run(
      "INSERT INTO comment (workspace_id, share_id, comment_id, body)"
      " SELECT workspace_id, share_id, gen_random_uuid(), 'x' FROM share, generate_series(1, 995)");
  std::atomic<int> made{0}, refused{0};
  const int failures = test::failures_together(12, [&](int) {
    ++(fault_of([&] { world.add(saying("y")); }) == ErrorCode::conflict ? refused : made);
  });
  CHECK(failures == 0);
  CHECK(made == 5);
  CHECK(refused == 7);
}

TEST_CASE("of many equal comments under one idempotency key, one is written", "[threads]") {
  World world(8);
  core::IdempotencyKey key{"same", {}};
  std::atomic<int> same{0};
  const auto first = world.comments.create(world.me, world.share.id, saying("x"), key);
  const int failures = test::failures_together(20, [&](int) {
    same += world.comments.create(world.me, world.share.id, saying("x"), key) == first ? 1 : 0;
  });
  CHECK(failures == 0);
  CHECK(same == 20);
  CHECK(world.all().size() == 1);
}

TEST_CASE("a comment or share that does not exist is not found by any call") {
  World world;
  const auto& me = world.me;
  const auto id = world.add(saying("x")).id;
  const core::Share other = world.given_share_of("other");
  const auto absent = new_id<core::ShareId>();
  core::CommentPatch patch;
  patch.body = "stolen";
  const auto check_not_found = [&](const core::ShareId& share, const core::CommentId& comment) {
    CHECK(fault_of([&] { world.comments.get(me, share, comment); }) == ErrorCode::not_found);
    CHECK(fault_of([&] { world.comments.update(me, share, comment, patch); }) ==
          ErrorCode::not_found);
    CHECK(fault_of([&] { world.comments.remove(me, share, comment, {}); }) == ErrorCode::not_found);
  };
  check_not_found(world.share.id, new_id<core::CommentId>());
  check_not_found(other.id, id);
  check_not_found(absent, id);
  CHECK(fault_of([&] { world.comments.list(me, absent, kAll); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { world.comments.create(me, absent, saying("x"), {}); }) ==
        ErrorCode::not_found);
  CHECK(world.all()[0].body == "x");
}

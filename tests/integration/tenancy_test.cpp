#include <catch2/catch.hpp>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::PanelKind;
using test::fault_of;
using test::recording_id;

namespace {

const std::vector<std::string> kNone;

struct Tenant {
  core::Principal principal;
  core::Share share;
};

Tenant given_tenant(test::TestService& service, const std::string& name) {
  const core::Principal principal = service.new_principal(name);
  core::RecordingDraft draft = test::a_recording(name);
  draft.panels = {{PanelKind::notes, "{}"}};
  service.recordings.put(principal, recording_id("only-" + name), draft);
  service.recordings.put(principal, recording_id("both"), draft);
  core::Share share = service.shares.create(principal, test::a_share_of("only-" + name));
  service.comments.create(principal, share.id, {"a note", {}, {}, {}}, std::nullopt);
  return {principal, std::move(share)};
}

// Every call of `caller` on what belongs to `other`, by name; the ones that did not say not_found.
std::vector<std::string> calls_that_found(test::TestService& service, const Tenant& caller,
                                          const Tenant& other, const std::string& others_name) {
  const auto& me = caller.principal;
  const auto recording = recording_id("only-" + others_name);
  const core::ShareId share = other.share.id;
  const core::SharePatch patch{.title = std::optional<std::string>("stolen"),
                               .label = {},
                               .metadata = {},
                               .visibility = {},
                               .window = {},
                               .expected_version = {}};
  std::vector<std::string> found;
  const auto expect_none = [&](const char* name, const std::function<void()>& call) {
    if (fault_of(call) != ErrorCode::not_found) {
      found.emplace_back(name);
    }
  };
  auto& recordings = service.recordings;
  auto& shares = service.shares;
  expect_none("get recording", [&] { recordings.get(me, recording); });
  expect_none("remove recording", [&] { recordings.remove(me, recording); });
  expect_none("put panel", [&] { recordings.put_panel(me, recording, {PanelKind::notes, "1"}); });
  expect_none("get panel", [&] { recordings.get_panel(me, recording, PanelKind::notes); });
  expect_none("remove panel", [&] { recordings.remove_panel(me, recording, PanelKind::notes); });
  expect_none("get share", [&] { shares.get(me, share); });
  expect_none("update share", [&] { shares.update(me, share, patch); });
  expect_none("enable share", [&] { shares.enable(me, share, {}); });
  expect_none("disable share", [&] { shares.disable(me, share, {}); });
  expect_none("revoke share", [&] { shares.revoke(me, share, {}); });
  expect_none("reset passcode", [&] { shares.reset_passcode_attempts(me, share, {}); });
  auto& links = service.links;
  const core::LinkId link = other.share.links.at(0).id;
  expect_none("list links", [&] { links.list(me, share, {}); });
  expect_none("get link", [&] { links.get(me, share, link); });
  expect_none("get link through a share of one's own",
              [&] { links.get(me, caller.share.id, link); });
  expect_none("create link", [&] { links.create(me, share, {}, {}); });
  expect_none("update link", [&] { links.update(me, share, link, {}); });
  expect_none("revoke link", [&] { links.revoke(me, share, link, {}); });
  expect_none("rotate link", [&] { links.rotate(me, share, link, {}, {}); });
  auto& comments = service.comments;
  const auto comment = comments.list(other.principal, share, {}).items.at(0).id;
  expect_none("list comments", [&] { comments.list(me, share, {}); });
  expect_none("get comment", [&] { comments.get(me, share, comment); });
  expect_none("get comment through a share of one's own",
              [&] { comments.get(me, caller.share.id, comment); });
  expect_none("create comment", [&] { comments.create(me, share, {"x", {}, {}, {}}, {}); });
  expect_none("update comment", [&] { comments.update(me, share, comment, {}); });
  expect_none("remove comment", [&] { comments.remove(me, share, comment, {}); });
  expect_none("revoke key", [&] { service.key_admin.revoke(me, other.principal.key); });
  return found;
}

}  // namespace

TEST_CASE("another workspace's ids do not exist, in both directions, for every call") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  CHECK_THAT(calls_that_found(service, blue, red, "red"), Catch::Matchers::Equals(kNone));
  CHECK_THAT(calls_that_found(service, red, blue, "blue"), Catch::Matchers::Equals(kNone));
  CHECK(service.shares.get(red.principal, red.share.id).version == 1);
  CHECK(service.shares.get(blue.principal, blue.share.id).version == 1);
  CHECK(service.verdict_of(red.share) == core::Verdict::open);
}

TEST_CASE("another workspace's recording cannot be shared or listed") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  CHECK(fault_of([&] { service.shares.create(blue.principal, test::a_share_of("only-red")); }) ==
        ErrorCode::validation_failed);
  CHECK(service.shares.list(blue.principal, {}, {.recording = recording_id("only-red")})
            .items.empty());
  CHECK(service.shares.list(blue.principal, {}, {}).items.size() == 1);
  CHECK(service.recordings.list(blue.principal, {}).items.size() == 2);
  CHECK(service.keys.list(blue.principal.workspace).size() == 1);
}

TEST_CASE("another workspace's link cannot be commented on") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  CHECK(fault_of([&] {
          service.comments.create(blue.principal, blue.share.id,
                                  {"x", {}, {}, red.share.links.at(0).id}, std::nullopt);
        }) == ErrorCode::validation_failed);
}

TEST_CASE("an idempotency key belongs to one workspace and one API key") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  const core::IdempotencyKey key{"same", {}};
  const auto first = service.links.create(blue.principal, blue.share.id, {}, key).link.id;
  CHECK(service.links.create(red.principal, red.share.id, {}, key).link.id != first);
}

TEST_CASE("two workspaces may use the same recording id without meeting") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  CHECK(service.recordings.get(blue.principal, recording_id("both")).title == "blue");
  service.recordings.remove(blue.principal, recording_id("both"));
  CHECK(service.recordings.get(red.principal, recording_id("both")).title == "red");
}

TEST_CASE("a cursor of another workspace leads nowhere but into one's own list") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  const core::PageRequest from_red{50, red.share.id.uuid()};
  for (const core::Share& share : service.shares.list(blue.principal, from_red, {}).items) {
    CHECK(share.id == blue.share.id);
  }
}

TEST_CASE("the database itself refuses a share of another workspace's recording") {
  test::TestService service;
  const Tenant blue = given_tenant(service, "blue");
  const Tenant red = given_tenant(service, "red");
  CHECK_THROWS(service.database.run("UPDATE share SET workspace_id = '" +
                                    red.principal.workspace.uuid().text() + "' WHERE share_id = '" +
                                    blue.share.id.uuid().text() + "'"));
}

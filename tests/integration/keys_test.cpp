#include <catch2/catch.hpp>

#include "service/clock.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using test::fault_of;

namespace {

core::Scopes only(core::Scope scope) {
  core::Scopes scopes;
  scopes.add(scope);
  return scopes;
}

}  // namespace

TEST_CASE("a key stands for its workspace and its scopes, and only its digest is stored") {
  test::TestService service;
  const auto workspace = service.workspaces.create("Blue").id;
  const auto created =
      service.keys.create(workspace, "ci", only(core::Scope::shares_read), std::nullopt);

  const auto principal = service.keys.authenticate(created.secret);
  REQUIRE(principal);
  CHECK(principal->workspace == workspace);
  CHECK(principal->key == created.id);
  CHECK(principal->scopes == only(core::Scope::shares_read));
  CHECK(service.database.count("SELECT count(*) FROM api_key k WHERE k::text LIKE '%" +
                               created.secret.substr(4, 20) + "%'") == 0);
}

TEST_CASE("a key is dead when revoke has returned, and revoking again changes nothing") {
  test::TestService service;
  const auto created =
      service.keys.create(service.me.workspace, "x", only(core::Scope::shares_read), std::nullopt);
  service.keys.revoke(created.id);
  CHECK_FALSE(service.keys.authenticate(created.secret));
  const auto revoked_at = service.keys.list(service.me.workspace).front().revoked_at;
  REQUIRE(revoked_at);
  service.keys.revoke(created.id);
  CHECK(service.keys.list(service.me.workspace).front().revoked_at == revoked_at);
  CHECK(fault_of([&] { service.keys.revoke(new_id<core::KeyId>()); }) == ErrorCode::not_found);
}

TEST_CASE("an expired key is dead by the database's clock") {
  test::TestService service;
  const auto create = [&](std::chrono::seconds from_now) {
    return service.keys.create(service.me.workspace, "x", only(core::Scope::shares_read),
                               wall_clock_now() + from_now);
  };
  CHECK_FALSE(service.keys.authenticate(create(std::chrono::seconds(-1)).secret));
  CHECK(service.keys.authenticate(create(std::chrono::hours(1)).secret));
}

TEST_CASE("a malformed key costs no query, an unknown one is nobody") {
  test::TestService service;
  std::string key = core::make_api_key({});
  CHECK_FALSE(service.keys.authenticate(key));
  store::Pool nowhere({.database_url = "host=/nowhere user=x dbname=x"});
  Keys keys(nowhere);
  key.back() = key.back() == '0' ? '1' : '0';
  CHECK_FALSE(keys.authenticate(key));
  CHECK_FALSE(keys.authenticate(""));
}

TEST_CASE("a key needs a workspace that exists, a name and a scope") {
  test::TestService service;
  const auto scopes = only(core::Scope::shares_read);
  CHECK(fault_of([&] {
          service.keys.create(new_id<core::WorkspaceId>(), "x", scopes, std::nullopt);
        }) == ErrorCode::not_found);
  CHECK(fault_of([&] { service.keys.create(service.me.workspace, "", {}, std::nullopt); }) ==
        ErrorCode::validation_failed);
}

TEST_CASE("workspaces are listed by name, and a name belongs to one of them") {
  test::TestService service;
  service.workspaces.create("alpha");
  const auto listed = service.workspaces.list();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].workspace.name == "alpha");
  CHECK(listed[0].policy == core::Policy());
  CHECK(fault_of([&] { service.workspaces.create("alpha"); }) == ErrorCode::conflict);
  CHECK(fault_of([&] { service.workspaces.create(""); }) == ErrorCode::validation_failed);
}

TEST_CASE("a key that is being revoked makes no other key behind the back of the revocation") {
  test::TestService service;
  const core::KeyDraft draft{"child", only(core::Scope::shares_read), std::nullopt};
  for (int round = 0; round < 20; ++round) {
    const auto made = service.key_admin.create(service.me, {"maker", service.me.scopes, {}}, {});
    const auto maker = service.keys.authenticate(made.secret).value();
    std::atomic<bool> revoked{false};
    std::atomic<int> too_late{0};
    test::failures_together(3, [&](int number) {
      if (number == 0) {
        service.keys.revoke(maker.key);
        revoked = true;
        return;
      }
      const bool after = revoked;
      service.key_admin.create(maker, draft, {});
      too_late += after ? 1 : 0;
    });
    CHECK(too_late == 0);
    CHECK(fault_of([&] { service.key_admin.create(maker, draft, {}); }) ==
          ErrorCode::unauthenticated);
  }
}

TEST_CASE("who made a key is kept, and an operator leaves no name") {
  test::TestService service;
  const auto made = service.key_admin.create(service.me, {"x", service.me.scopes, {}}, {});
  CHECK(service.database.run("SELECT created_by FROM api_key WHERE key_id = '" +
                             made.key.id.uuid().text() + "'") == service.me.key.uuid().text());
  CHECK(service.database.count("SELECT count(*) FROM api_key WHERE created_by IS NULL") == 1);
}

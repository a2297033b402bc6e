#include <catch2/catch.hpp>

#include "service/store/policy_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using test::a_share_of;
using test::fault_of;
using test::TestService;

namespace {

core::SharePatch a_patch() {
  return {.title = {},
          .label = {},
          .metadata = {},
          .visibility = {},
          .window = {},
          .expected_version = {}};
}

core::IdempotencyKey a_key(const std::string& text, std::uint8_t fingerprint = 1) {
  core::IdempotencyKey key{text, {}};
  key.fingerprint[0] = fingerprint;
  return key;
}

core::Recipient a_recipient(const std::string& address) { return {std::nullopt, address, address}; }

void set_policy(TestService& service, const core::Policy& policy) {
  store::in_transaction(service.pool, [&](store::Transaction& transaction) {
    store::policy_store::update(transaction, service.me.workspace, policy);
  });
}

int rows(TestService& service, const std::string& table) {
  return service.database.count("SELECT count(*) FROM " + table);
}

}  // namespace

TEST_CASE("a share keeps every setting, and of the passcode a hash that verifies") {
  TestService service;
  service.given_recording("r");
  core::ShareDraft draft = a_share_of("r");
  draft.audience = core::Audience::workspace;
  draft.tracking = core::Tracking::count;
  draft.max_views = 2147483647;
  draft.passcode = "open sesame";
  draft.clip = core::Clip{0, 1};
  draft.recipients = {a_recipient("a@example.com"), a_recipient("b@example.com")};
  const core::Share share =
      service.shares.get(service.me, service.shares.create(service.me, draft).id);
  CHECK(share.granted.audience == core::Audience::workspace);
  CHECK(share.granted.tracking == core::Tracking::count);
  CHECK(share.max_views == 2147483647);
  CHECK(share.has_passcode);
  CHECK(share.clip == core::Clip{0, 1});
  REQUIRE(share.links.size() == 2);
  CHECK(share.links[0].recipient == draft.recipients[0]);
  CHECK(share.links[1].recipient == draft.recipients[1]);
  const std::string hash = service.database.run("SELECT passcode_hash FROM share");
  CHECK(service.passcodes.verify(hash, "open sesame"));
  CHECK_FALSE(service.passcodes.verify(hash, "open sesame!"));
}

TEST_CASE("naming a passcode changes it, ends sessions and makes a version, even when repeated") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  core::SharePatch patch = a_patch();
  for (const std::int64_t version : {2, 3}) {
    patch.passcode = std::make_optional(std::optional<std::string>("open sesame"));
    CHECK(service.shares.update(service.me, share.id, patch).version == version);
  }
  CHECK(service.passcodes.verify(service.database.run("SELECT passcode_hash FROM share"),
                                 "open sesame"));
  patch.passcode = std::make_optional(std::optional<std::string>());
  CHECK_FALSE(service.shares.update(service.me, share.id, patch).has_passcode);
  CHECK(service.database.run("SELECT session_epoch FROM share") == "3");
  CHECK(service.database.count("SELECT count(*) FROM share WHERE passcode_hash IS NULL") == 1);
}

TEST_CASE("a creation under an idempotency key is done once, whoever comes first") {
  TestService service(8);
  service.given_recording("r");
  const auto create = [&](std::uint8_t fingerprint) {
    return service.shares.create(service.me, a_share_of("r"), a_key("k", fingerprint)).id;
  };
  CHECK(test::failures_together(20, [&](int) { create(1); }) == 0);
  CHECK(rows(service, "share") == 1);
  CHECK(rows(service, "link") == 1);
  CHECK(create(1) == create(1));
  CHECK(fault_of([&] { create(2); }) == ErrorCode::idempotency_key_reused);
  CHECK(rows(service, "share") == 1);
}

TEST_CASE("a creation that was refused leaves no claim behind") {
  TestService service;
  const auto create = [&] { service.shares.create(service.me, a_share_of("r"), a_key("k")); };
  CHECK(fault_of(create) == ErrorCode::validation_failed);
  CHECK(rows(service, "idempotency_key") == 0);
  service.given_recording("r");
  CHECK_FALSE(fault_of(create));
}

TEST_CASE("a preview writes nothing and tells what would be") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  core::Policy policy;
  policy.max_ttl = std::chrono::hours(24);
  set_policy(service, policy);
  core::ShareDraft draft = a_share_of("r");
  draft.passcode = "open sesame";
  const core::SharePreview made = service.shares.preview(service.me, draft);
  CHECK(made.has_passcode);
  CHECK(*made.in_force.window.expires_at - made.in_force.window.starts_at ==
        std::chrono::hours(24));
  core::SharePatch patch = a_patch();
  patch.max_views = std::make_optional(std::optional<std::int64_t>(3));
  CHECK(service.shares.preview(service.me, share.id, patch).content.max_views == 3);
  CHECK(rows(service, "share") == 1);
  CHECK_FALSE(service.shares.get(service.me, share.id).max_views.has_value());
  CHECK(service.shares.get(service.me, share.id).version == 1);
}

TEST_CASE("an expired share stays so where the policy makes that final") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  service.database.run(
      "UPDATE share SET starts_at = now() - interval '2 days',"
      " expires_at = now() - interval '1 millisecond'");
  core::Policy policy;
  policy.expired_is_final = true;
  set_policy(service, policy);
  core::SharePatch patch = a_patch();
  patch.window.end = core::Permanent{};
  const auto move = [&] { service.shares.update(service.me, share.id, patch); };
  CHECK(fault_of(move) == ErrorCode::share_expired);
  set_policy(service, core::Policy());
  CHECK_FALSE(fault_of(move));
  CHECK(core::state_of(service.shares.get(service.me, share.id)) == core::ShareState::active);
}

#include <catch2/catch.hpp>
#include <thread>

#include "service/clock.hpp"
#include "service/store/clock_store.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/share_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::Flag;
using core::ShareState;
using std::chrono::hours;
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

// Only in tests may time pass by decree.
void move_window(TestService& service, const core::Share& share, const std::string& interval) {
  service.database.run("UPDATE share SET starts_at = starts_at + interval '" + interval +
                       "', expires_at = expires_at + interval '" + interval +
                       "' WHERE share_id = '" + share.id.uuid().text() + "'");
}

}  // namespace

TEST_CASE("a share without wishes is open at once for 30 days, transcript and comments shown") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  CHECK(core::state_of(share) == ShareState::active);
  CHECK(share.version == 1);
  CHECK(share.granted.window.starts_at ==
        std::chrono::floor<std::chrono::milliseconds>(share.created_at));
  CHECK(*share.granted.window.expires_at - share.granted.window.starts_at == hours(24 * 30));
  CHECK(share.granted.visibility.shows(Flag::transcript));
  CHECK(share.granted.visibility.shows(Flag::comments));
  CHECK_FALSE(share.granted.visibility.shows(Flag::summary));
  CHECK_FALSE(share.granted.visibility.shows(Flag::download));
  CHECK(share.created_by == service.me.key);
  REQUIRE(share.links.size() == 1);
  CHECK(share.links[0].kid == 7);
  CHECK(service.urls.url_of(share.links[0], share.policy)
            ->starts_with("https://app.example.com/shared#"));
  CHECK(service.verdict_of(share) == core::Verdict::open);
}

TEST_CASE("a share that was made after a transaction had begun is active to it") {
  TestService service;
  service.given_recording("r");
  store::in_transaction(service.pool, [&](store::Transaction& transaction) {
    store::clock_store::now(transaction);                       // begins it
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // a start is a whole millisecond
    const core::Share made = service.given_share_of("r");
    const auto seen = store::share_store::find(transaction, service.me.workspace, made.id);
    CHECK(core::state_of(seen.value()) == ShareState::active);
  });
}

TEST_CASE("a share is read back as it was asked for") {
  TestService service;
  service.given_recording("r");
  core::ShareDraft draft = a_share_of("r");
  draft.title = "For you";
  draft.label = "Lead 7";
  draft.metadata = R"({"crm": {"id": 1.0}, "tag":"\u00e9"})";
  draft.visibility = {{Flag::transcript, false}, {Flag::download, true}};
  draft.window = {wall_clock_now() + hours(1), core::WindowEnd(core::Permanent{})};
  const core::Share made = service.shares.create(service.me, draft);
  const core::Share read = service.shares.get(service.me, made.id);
  CHECK(read.title == draft.title);
  CHECK(read.label == draft.label);
  CHECK(read.metadata == draft.metadata);
  CHECK_FALSE(read.granted.visibility.shows(Flag::transcript));
  CHECK(read.granted.visibility.shows(Flag::comments));
  CHECK(read.granted.visibility.shows(Flag::download));
  CHECK(read.granted.window == core::Window{*draft.window.starts_at, std::nullopt});
  CHECK(core::state_of(read) == ShareState::scheduled);
  CHECK(service.verdict_of(read) == core::Verdict::link_not_started);
}

TEST_CASE("a share of an unknown recording is refused, pointing at the member") {
  TestService service;
  try {
    service.shares.create(service.me, a_share_of("nobody"));
    FAIL("made");
  } catch (const core::Error& error) {
    CHECK(error.code() == ErrorCode::validation_failed);
    REQUIRE(error.violations().size() == 1);
    CHECK(error.violations()[0].pointer == "/recording_id");
    CHECK(error.violations()[0].code == "not_found");
  }
  service.given_share_of("r");
  service.recordings.remove(service.me, test::recording_id("r"));
  CHECK(fault_of([&] { service.shares.create(service.me, a_share_of("r")); }) ==
        ErrorCode::validation_failed);
}

TEST_CASE("links that are not https are refused, by the template that is in force") {
  TestService service;
  service.given_recording("r");
  core::LinkKey key{.kid = 1, .state = core::KeyState::active};
  const LinkUrls insecure("http://app.example.com/{token}", false,
                          std::make_shared<const core::LinkKeys>(std::vector{key}));
  Passcodes passcodes;
  Shares shares(service.pool, insecure, passcodes);
  CHECK(fault_of([&] { shares.create(service.me, a_share_of("r")); }) == ErrorCode::https_required);
  CHECK(service.shares.list(service.me, {}, {}).items.empty());

  core::Policy policy;
  policy.link_url_template = "https://customer.example/{token}";
  store::in_transaction(service.pool, [&](store::Transaction& transaction) {
    store::policy_store::lock(transaction, service.me.workspace);
    store::policy_store::update(transaction, service.me.workspace, policy);
  });
  const core::Share share = shares.create(service.me, a_share_of("r"));
  CHECK(insecure.url_of(share.links.at(0), share.policy)->starts_with("https://customer.example/"));
}

TEST_CASE("a patch changes what it names and nothing else, and raises the version") {
  TestService service;
  service.given_recording("r");
  core::ShareDraft draft = a_share_of("r");
  draft.title = "Old";
  draft.label = "Keep";
  const core::Share before = service.shares.create(service.me, draft);
  core::SharePatch patch = a_patch();
  patch.title = std::optional<std::string>();
  patch.metadata = std::optional<std::string>(R"({"a":1})");
  patch.visibility = {{Flag::notes, true}};
  const core::Share after = service.shares.update(service.me, before.id, patch);
  CHECK(after.version == 2);
  CHECK_FALSE(after.title);
  CHECK(after.label == "Keep");
  CHECK(after.metadata == R"({"a":1})");
  CHECK(after.granted.visibility.shows(Flag::notes));
  CHECK(after.granted.visibility.shows(Flag::transcript));
  CHECK(after.granted.window == before.granted.window);
  CHECK(after.updated_at >= before.updated_at);
}

TEST_CASE("a patch that changes nothing leaves version and time as they are") {
  TestService service;
  const core::Share before = service.given_share_of("r");
  core::SharePatch patch = a_patch();
  patch.visibility = {{Flag::transcript, true}};
  patch.title = std::optional<std::string>();
  const core::Share after = service.shares.update(service.me, before.id, patch);
  CHECK(after.version == 1);
  CHECK(after.updated_at == before.updated_at);
}

TEST_CASE("an expired share can be given a new end, and opens again") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  move_window(service, share, "-40 days");
  CHECK(service.verdict_of(share) == core::Verdict::link_expired);
  CHECK(core::state_of(service.shares.get(service.me, share.id)) == ShareState::expired);
  core::SharePatch patch = a_patch();
  patch.window.end = core::WindowEnd(core::Instant(wall_clock_now() + hours(1)));
  service.shares.update(service.me, share.id, patch);
  CHECK(service.verdict_of(share) == core::Verdict::open);
}

TEST_CASE("a version that is not the current one changes nothing") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  core::SharePatch patch = a_patch();
  patch.title = std::optional<std::string>("New");
  patch.expected_version = 2;
  const auto& me = service.me;
  CHECK(fault_of([&] { service.shares.update(me, share.id, patch); }) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] { service.shares.disable(me, share.id, 2); }) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] { service.shares.enable(me, share.id, 2); }) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] { service.shares.revoke(me, share.id, 2); }) == ErrorCode::etag_mismatch);
  CHECK(service.shares.get(me, share.id).version == 1);
  patch.expected_version = 1;
  CHECK(service.shares.update(me, share.id, patch).version == 2);
  CHECK(service.shares.disable(me, share.id, 2).version == 3);
}

TEST_CASE("disable and enable set and never flip") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  const core::Share disabled = service.shares.disable(service.me, share.id, std::nullopt);
  CHECK(core::state_of(disabled) == ShareState::disabled);
  CHECK(disabled.version == 2);
  CHECK(service.verdict_of(share) == core::Verdict::link_disabled);
  const core::Share again = service.shares.disable(service.me, share.id, std::nullopt);
  CHECK(again.version == 2);
  CHECK(again.disabled_at == disabled.disabled_at);
  CHECK(service.shares.enable(service.me, share.id, std::nullopt).version == 3);
  CHECK(service.shares.enable(service.me, share.id, std::nullopt).version == 3);
  CHECK(service.verdict_of(share) == core::Verdict::open);
}

TEST_CASE("revoking is final, and repeating it changes nothing") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  const core::Share revoked = service.shares.revoke(service.me, share.id, std::nullopt);
  CHECK(core::state_of(revoked) == ShareState::revoked);
  CHECK(revoked.version == 2);
  CHECK(revoked.links.at(0).revoked_at == revoked.revoked_at);
  CHECK_FALSE(service.urls.url_of(revoked.links.at(0), revoked.policy));
  CHECK(service.verdict_of(share) == core::Verdict::link_revoked);
  const core::Share again = service.shares.revoke(service.me, share.id, std::nullopt);
  CHECK(again.version == 2);
  CHECK(again.revoked_at == revoked.revoked_at);
  const auto& me = service.me;
  CHECK(fault_of([&] { service.shares.enable(me, share.id, {}); }) == ErrorCode::share_revoked);
  CHECK(fault_of([&] { service.shares.disable(me, share.id, {}); }) == ErrorCode::share_revoked);
  CHECK(fault_of([&] { service.shares.update(me, share.id, a_patch()); }) ==
        ErrorCode::share_revoked);
}

TEST_CASE("revoked is said before that the version is another") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  service.shares.revoke(service.me, share.id, std::nullopt);
  CHECK(fault_of([&] { service.shares.disable(service.me, share.id, 99); }) ==
        ErrorCode::share_revoked);
}

TEST_CASE("a share that does not exist is not found by any call") {
  TestService service;
  const auto id = new_id<core::ShareId>();
  const auto& me = service.me;
  CHECK(fault_of([&] { service.shares.get(me, id); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { service.shares.update(me, id, a_patch()); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { service.shares.enable(me, id, {}); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { service.shares.disable(me, id, {}); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { service.shares.revoke(me, id, {}); }) == ErrorCode::not_found);
}

#include <catch2/catch.hpp>
#include <set>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::Flag;
using core::PolicyPatch;
using std::chrono::hours;
using std::chrono::seconds;
using test::fault_of;
using test::TestService;

namespace {

PolicyPatch lifetime_of_at_most(seconds lifetime) {
  PolicyPatch patch;
  patch.default_ttl = std::make_optional(std::optional(lifetime));
  patch.max_ttl = patch.default_ttl;
  return patch;
}

// Everything that a policy can do to a share of its own.
PolicyPatch strict() {
  PolicyPatch patch = lifetime_of_at_most(hours(24 * 7));
  patch.allow_public = false;
  patch.require_recipient = true;
  patch.require_passcode = true;
  patch.require_enforced_clip = true;
  patch.allowed_visibility = {{Flag::transcript, false}};
  patch.tracking_max = core::Tracking::none;
  return patch;
}

// Shares that differ in what a policy looks at: passcode, clip, recipient, tracking, window.
void given_shares_of_many_kinds(TestService& service) {
  service.given_recording("r");
  for (int i = 0; i < 8; ++i) {
    service.given_share_of("r");
  }
  service.database.run(
      "CREATE TEMP TABLE numbered AS SELECT share_id, row_number() OVER (ORDER BY share_id) AS n"
      "  FROM share;"
      "UPDATE share SET passcode_hash = 'x' FROM numbered"
      " WHERE numbered.share_id = share.share_id AND n IN (1, 2, 3);"
      "UPDATE share SET clip_start_ms = 0, clip_end_ms = 9 FROM numbered"
      " WHERE numbered.share_id = share.share_id AND n IN (2, 4);"
      "UPDATE share SET tracking = 'identified' FROM numbered"
      " WHERE numbered.share_id = share.share_id AND n = 5;"
      "UPDATE share SET starts_at = starts_at - interval '20 days' FROM numbered"
      " WHERE numbered.share_id = share.share_id AND n = 6;"
      "UPDATE link SET recipient_email = 'a@b.example', recipient_key = 'a@b.example',"
      "                revoked_at = CASE WHEN n = 7 THEN now() END,"
      "                retires_at = CASE WHEN n = 8 THEN now() END"
      "  FROM numbered WHERE numbered.share_id = link.share_id AND n IN (3, 7, 8)");
}

std::vector<core::Share> all_shares(TestService& service) {
  return service.shares.list(service.me, {.size = 200, .after = {}}, {}).items;
}

struct Shown {
  core::Terms terms;
  core::ShareState state;
  std::vector<core::PolicyRule> blocked_by;
  bool operator==(const Shown&) const = default;
};

Shown shown(const core::Share& share) {
  return {core::in_force(share), core::state_of(share), core::blocking_rules(share)};
}

Shown shown(const core::ShareUnderPolicy& share) {
  return {share.terms, share.state, share.blocked_by};
}

}  // namespace

TEST_CASE("a policy is changed once for each patch that changes it") {
  TestService service;
  const auto first = service.policies.get(service.me);
  CHECK(first.policy == core::Policy());
  CHECK(first.version == 1);
  const auto second =
      service.policies.update(service.me, lifetime_of_at_most(seconds(60)), std::nullopt);
  CHECK(second.policy.max_ttl == seconds(60));
  CHECK(second.version == 2);
  CHECK(second.updated_at > first.updated_at);
  const auto same = service.policies.update(service.me, lifetime_of_at_most(seconds(60)), 2);
  CHECK(same.version == 2);
  CHECK(same.updated_at == second.updated_at);
  CHECK(service.policies.get(service.me).policy == second.policy);
}

TEST_CASE("every member of a policy comes back as it was written") {
  TestService service;
  PolicyPatch patch = strict();
  patch.expired_is_final = true;
  patch.disclose_state = false;
  patch.default_visibility = {{Flag::download, true}, {Flag::comments, false}};
  patch.link_url_template =
      std::make_optional(std::optional<std::string>("https://a.example/{token}"));
  patch.retention_days = std::make_optional(std::optional(36'500));
  const core::Policy expected = core::patched(core::Policy(), patch);
  service.policies.update(service.me, patch, std::nullopt);
  CHECK(service.policies.get(service.me).policy == expected);
  for (const core::PolicyPreset& preset : core::policy_presets()) {
    const core::Principal other = service.new_principal(std::string(preset.name));
    PolicyPatch whole;
    whole.preset = &preset;
    CHECK(service.policies.update(other, whole, std::nullopt).policy == preset.policy);
  }
}

TEST_CASE("a workspace can be made with the policy of a preset") {
  TestService service;
  for (const core::PolicyPreset& preset : core::policy_presets()) {
    const auto made = service.workspaces.create(std::string(preset.name), preset.policy);
    const core::Principal owner{made.id, service.me.key, service.me.scopes};
    CHECK(service.policies.get(owner).policy == preset.policy);
  }
}

TEST_CASE("a stale version and a contradiction change nothing, the version being told first") {
  TestService service;
  PolicyPatch week;
  week.max_ttl = std::make_optional(std::optional<seconds>(hours(24 * 7)));
  const auto update = [&](std::optional<std::int64_t> version) {
    return fault_of([&] { service.policies.update(service.me, week, version); });
  };
  CHECK(update(std::nullopt) == ErrorCode::validation_failed);
  CHECK(update(1) == ErrorCode::validation_failed);
  CHECK(update(2) == ErrorCode::etag_mismatch);
  CHECK(fault_of([&] { service.policies.simulate(service.me, week, std::nullopt); }) ==
        ErrorCode::validation_failed);
  CHECK(service.policies.get(service.me).version == 1);
}

TEST_CASE("of patches that come together none is lost", "[threads]") {
  TestService service(8);
  const std::vector<Flag> flags(core::kFlags.begin(), core::kFlags.end());
  const int failures = test::failures_together(9, [&](int number) {
    PolicyPatch patch;
    patch.allowed_visibility = {{flags[static_cast<std::size_t>(number)], false}};
    service.policies.update(service.me, patch, std::nullopt);
  });
  CHECK(failures == 0);
  const auto current = service.policies.get(service.me);
  CHECK(current.policy.allowed_visibility == core::Visibility());
  CHECK(current.version == 10);
}

TEST_CASE("of two patches that contradict each other one is refused", "[threads]") {
  TestService service(4);
  PolicyPatch count, nothing;
  count.default_tracking = core::Tracking::count;
  nothing.tracking_max = core::Tracking::none;
  for (int round = 0; round < 20; ++round) {
    PolicyPatch built_in;
    built_in.default_tracking = core::Tracking::none;
    built_in.tracking_max = core::Tracking::identified;
    service.policies.update(service.me, built_in, std::nullopt);
    CHECK(test::failures_together(2, [&](int number) {
            service.policies.update(service.me, number == 0 ? count : nothing, std::nullopt);
          }) == 1);
    CHECK(core::contradictions(service.policies.get(service.me).policy, {}).empty());
  }
}

TEST_CASE("what a simulation tells of every share is what the patch then does") {
  TestService service;
  given_shares_of_many_kinds(service);
  const auto before = all_shares(service);
  const auto simulation = service.policies.simulate(service.me, strict(), std::nullopt);
  CHECK(simulation.examined == 8);
  REQUIRE(simulation.affected.size() == 8);
  CHECK_FALSE(simulation.next);
  service.policies.update(service.me, strict(), std::nullopt);
  const auto after = all_shares(service);
  REQUIRE(after.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) {
    const auto& told = simulation.affected[i];
    INFO(i);
    CHECK(told.share == after[i].id);
    CHECK(shown(told.effects.before) == shown(before[i]));
    CHECK(shown(told.effects.after) == shown(after[i]));
    CHECK(after[i].version == before[i].version);
  }
  // The oldest share is the last one: 1 has a passcode, 3 a recipient too, 6 is 20 days old.
  using core::PolicyRule;
  const auto blocked = [&](std::size_t n) { return core::blocking_rules(after[8 - n]); };
  CHECK(blocked(1) == std::vector{PolicyRule::require_recipient});
  CHECK(blocked(2) ==
        std::vector{PolicyRule::require_enforced_clip, PolicyRule::require_recipient});
  CHECK(blocked(3).empty());
  CHECK(blocked(7) == std::vector{PolicyRule::require_passcode, PolicyRule::require_recipient});
  CHECK(blocked(8) == blocked(7));
  CHECK(core::state_of(after[2]) == core::ShareState::expired);
}

TEST_CASE("a simulation passes by a thousand shares at once, and every share once") {
  TestService service;
  service.given_share_of("r");
  const core::Principal other = service.new_principal("other");
  service.database.run(
      "INSERT INTO share (share_id, workspace_id, recording_uid, visible, requested_visible,"
      "                   starts_at, revoked_at)"
      " SELECT gen_random_uuid(), workspace_id, recording_uid, visible, visible, starts_at,"
      "        CASE WHEN n % 3 = 0 THEN now() END"
      "   FROM share, generate_series(1, 2999) n");
  std::set<core::ShareId> seen;
  std::vector<std::int64_t> examined;
  std::optional<core::Uuid> after;
  do {
    const auto page = service.policies.simulate(service.me, strict(), after);
    examined.push_back(page.examined);
    for (const auto& affected : page.affected) {
      CHECK(seen.insert(affected.share).second);
    }
    after = page.next;
  } while (after);
  CHECK(examined.size() == 3);  // 3,000 shares: the last page is full, and none comes after it
  CHECK(seen.size() == 2001);   // 999 are revoked
  CHECK(service.policies.simulate(other, strict(), std::nullopt).examined == 0);
}

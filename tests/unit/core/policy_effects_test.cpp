#include "service/core/policy_effects.hpp"

#include <catch2/catch.hpp>

using namespace vitrine::core;
using std::chrono::hours;

namespace {

const Instant kStart = parse_rfc3339("2026-11-20T10:00:00Z").value();
const Uuid kUuid = Uuid::parse("0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f").value();

// Two days old, for 30 days, transcript and download, counted.
Share a_share() {
  Share share{.id = ShareId(kUuid), .recording_id = RecordingId::parse("r").value()};
  share.granted.window = {kStart, kStart + hours(24 * 30)};
  share.granted.visibility.set(Flag::transcript, true);
  share.granted.visibility.set(Flag::download, true);
  share.granted.tracking = Tracking::count;
  share.now = kStart + hours(48);
  return share;
}

Link a_link_for(const std::string& email) {
  return {.id = LinkId(kUuid), .recipient = Recipient{std::nullopt, email, email}};
}

using Changes = std::vector<PolicyEffect>;

}  // namespace

TEST_CASE("a policy that changes nothing of a share has no effect", "[core][policy_effects]") {
  Policy then;
  then.default_ttl = hours(1);
  then.max_ttl = hours(24 * 30);
  then.default_visibility = {};
  then.allowed_visibility.set(Flag::notes, false);
  then.tracking_max = Tracking::count;
  then.disclose_state = false;
  then.expired_is_final = true;
  CHECK(policy_effects(a_share(), then).changes.empty());
}

TEST_CASE("every quantity that is lowered is told with its rule, before and after",
          "[core][policy_effects]") {
  Policy then;
  then.allow_public = false;
  then.max_ttl = hours(24 * 7);
  then.allowed_visibility.set(Flag::download, false);
  then.tracking_max = Tracking::none;
  const auto effects = policy_effects(a_share(), then);
  CHECK(effects.changes == Changes{{"audience", PolicyRule::allow_public},
                                   {"visibility", PolicyRule::allowed_visibility},
                                   {"expires_at", PolicyRule::max_ttl_seconds},
                                   {"tracking", PolicyRule::tracking_max}});
  CHECK(effects.before.terms == a_share().granted);
  CHECK(effects.after.terms.audience == Audience::workspace);
  CHECK_FALSE(effects.after.terms.visibility.shows(Flag::download));
  CHECK(effects.after.terms.visibility.shows(Flag::transcript));
  CHECK(effects.after.terms.window.expires_at == kStart + hours(24 * 7));
  CHECK(effects.after.terms.tracking == Tracking::none);
  CHECK(is_live(effects));
}

TEST_CASE("a share whose end is brought before now is told to expire", "[core][policy_effects]") {
  Policy then;
  then.max_ttl = hours(24);
  const auto effects = policy_effects(a_share(), then);
  CHECK(effects.changes == Changes{{"expires_at", PolicyRule::max_ttl_seconds},
                                   {"state", PolicyRule::max_ttl_seconds}});
  CHECK(effects.before.state == ShareState::active);
  CHECK(effects.after.state == ShareState::expired);
  CHECK(is_live(effects));
}

TEST_CASE("a loosened policy gives back what was granted and nothing more",
          "[core][policy_effects]") {
  Share share = a_share();
  share.policy.max_ttl = hours(24);
  share.policy.allowed_visibility = {};
  const auto effects = policy_effects(share, Policy());
  CHECK(effects.changes == Changes{{"visibility", PolicyRule::allowed_visibility},
                                   {"expires_at", PolicyRule::max_ttl_seconds},
                                   {"state", PolicyRule::max_ttl_seconds}});
  CHECK(effects.after.terms == share.granted);
  CHECK(effects.after.state == ShareState::active);
  CHECK(is_live(effects));
}

TEST_CASE("a share that a rule closes or opens is told with that rule", "[core][policy_effects]") {
  Share share = a_share();
  share.clip = Clip{0, 1000};
  Policy strict;
  strict.require_passcode = true;
  strict.require_enforced_clip = true;
  strict.require_recipient = true;
  const Changes all = {{"blocked_by", PolicyRule::require_passcode},
                       {"blocked_by", PolicyRule::require_enforced_clip},
                       {"blocked_by", PolicyRule::require_recipient}};
  const auto closing = policy_effects(share, strict);
  CHECK(closing.changes == all);
  CHECK(closing.before.blocked_by.empty());
  CHECK(closing.after.blocked_by.size() == 3);

  Share closed = share;
  closed.policy = strict;
  CHECK(policy_effects(closed, Policy()).changes == all);

  share.clip.reset();
  share.has_passcode = true;
  share.links = {a_link_for("ada@example.com")};
  CHECK(policy_effects(share, strict).changes.empty());
}

TEST_CASE("what is over under both policies is not live", "[core][policy_effects]") {
  Share expired = a_share();
  expired.now = kStart + hours(24 * 31);
  CHECK_FALSE(is_live(policy_effects(expired, Policy())));

  Share revoked = a_share();
  revoked.revoked_at = kStart;
  CHECK_FALSE(is_live(policy_effects(revoked, Policy())));

  Share disabled = a_share();
  disabled.disabled_at = kStart;
  CHECK(is_live(policy_effects(disabled, Policy())));

  Share scheduled = a_share();
  scheduled.now = kStart - hours(1);
  CHECK(is_live(policy_effects(scheduled, Policy())));
}

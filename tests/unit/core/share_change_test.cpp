#include "service/core/share_change.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "service/core/error.hpp"

using namespace vitrine::core;
using std::chrono::hours;
using Faulty = std::vector<std::string>;

namespace {

const Instant kNow = parse_rfc3339("2026-11-21T12:00:00Z").value();
constexpr hours kDay(24);

ShareDraft a_draft() {
  return {.recording_id = RecordingId::parse("r").value(),
          .title = {},
          .label = {},
          .metadata = {},
          .visibility = {},
          .window = {}};
}

SharePatch a_patch() {
  return {.title = {},
          .label = {},
          .metadata = {},
          .visibility = {},
          .window = {},
          .expected_version = {}};
}

// A share as the draft makes it under the policy.
Share a_share(const ShareDraft& draft, const Policy& policy) {
  const ShareContent content = settled(draft, {policy, {}, kNow});
  return {.id = ShareId(Uuid{}),
          .recording_id = draft.recording_id,
          .requested = content.requested,
          .granted = content.granted,
          .policy = policy,
          .now = kNow};
}

template <class Change>
Faulty faults_of(Change change) {
  Faulty faults;
  try {
    change();
  } catch (const Error& error) {
    for (const Violation& violation : error.violations()) {
      faults.push_back(violation.pointer + ' ' + violation.code);
    }
  }
  return faults;
}

}  // namespace

TEST_CASE("under the built-in policy a draft is granted as it is asked for", "[core][share]") {
  ShareDraft draft = a_draft();
  draft.visibility = {{Flag::notes, true}, {Flag::transcript, false}};
  draft.tracking = Tracking::identified;
  const ShareContent content = settled(draft, {Policy(), {}, kNow});
  CHECK(content.granted == content.requested);
  CHECK(content.granted.audience == Audience::anyone);
  CHECK(content.granted.visibility.shows(Flag::notes));
  CHECK(content.granted.visibility.shows(Flag::comments));
  CHECK_FALSE(content.granted.visibility.shows(Flag::transcript));
  CHECK(content.granted.window == Window{kNow, kNow + 30 * kDay});
}

TEST_CASE("what is granted is clamped, and what was asked for is kept", "[core][share]") {
  Policy policy;
  policy.max_ttl = kDay;
  policy.tracking_max = Tracking::count;
  policy.allowed_visibility.set(Flag::transcript, false);
  ShareDraft draft = a_draft();
  draft.window.end = Permanent{};
  draft.tracking = Tracking::identified;
  const ShareContent content = settled(draft, {policy, {}, kNow});
  CHECK_FALSE(content.requested.window.expires_at.has_value());
  CHECK(content.granted.window.expires_at == kNow + kDay);
  CHECK(content.granted.tracking == Tracking::count);
  CHECK(content.requested.visibility.shows(Flag::transcript));
  CHECK_FALSE(content.granted.visibility.shows(Flag::transcript));
}

TEST_CASE("a clip ends within the recording, when its length is known", "[core][share]") {
  ShareDraft draft = a_draft();
  draft.clip = Clip{0, 1000};
  const auto faults = [&](std::optional<std::int64_t> duration) {
    return faults_of([&] { settled(draft, {Policy(), {duration}, kNow}); });
  };
  CHECK(faults(std::nullopt).empty());
  CHECK(faults(1000).empty());
  CHECK(faults(999) == Faulty{"/clip/end_ms out_of_range"});
}

TEST_CASE("rules that a draft breaks are told together with its other faults", "[core][share]") {
  Policy policy;
  policy.allow_public = false;
  policy.require_passcode = true;
  policy.require_enforced_clip = true;
  policy.require_recipient = true;
  ShareDraft draft = a_draft();
  draft.audience = Audience::anyone;
  draft.window.end = kNow;
  draft.clip = Clip{0, 10};
  CHECK(faults_of([&] {
          settled(draft, {policy, {5}, kNow});
        }) == Faulty{"/audience policy_violation", "/expires_at out_of_range",
                     "/passcode policy_violation", "/clip/end_ms out_of_range",
                     "/clip policy_violation"});
}

TEST_CASE("recipients that are missing are told when nothing else is wrong", "[core][share]") {
  Policy policy;
  policy.require_recipient = true;
  try {
    settled(a_draft(), {policy, {}, kNow});
    FAIL("settled");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::recipient_required);
  }
  ShareDraft draft = a_draft();
  draft.recipients = {{std::nullopt, "a@example.com", "a@example.com"}};
  CHECK_NOTHROW(settled(draft, {policy, {}, kNow}));
}

TEST_CASE("a patch that names nothing comes to nothing, under any policy", "[core][share]") {
  Policy strict;
  strict.max_ttl = kDay;
  strict.allowed_visibility = {};
  strict.tracking_max = Tracking::none;
  strict.allow_public = false;
  strict.require_passcode = true;
  ShareDraft draft = a_draft();
  draft.tracking = Tracking::identified;
  Share share = a_share(draft, Policy());
  share.policy = strict;
  CHECK(patched(share, a_patch()) == content_of(share));
}

TEST_CASE("a loosened policy grants more only of what a patch names", "[core][share]") {
  Policy strict;
  strict.max_ttl = kDay;
  strict.allowed_visibility.set(Flag::notes, false);
  strict.tracking_max = Tracking::none;
  ShareDraft draft = a_draft();
  draft.visibility = {{Flag::notes, true}};
  draft.tracking = Tracking::count;
  Share share = a_share(draft, strict);
  share.policy = Policy();

  SharePatch title = a_patch();
  title.title = std::make_optional(std::optional<std::string>("New"));
  CHECK(patched(share, title).granted == share.granted);

  SharePatch tracking = a_patch();
  tracking.tracking = Tracking::identified;
  Terms expected = share.granted;
  expected.tracking = Tracking::identified;
  CHECK(patched(share, tracking).granted == expected);

  SharePatch start = a_patch();
  start.window.starts_at = kNow + hours(1);
  CHECK(patched(share, start).granted.window == Window{kNow + hours(1), kNow + kDay});
}

TEST_CASE("a moved start keeps within the maximum, and must leave some of the window",
          "[core][share]") {
  Policy policy;
  policy.max_ttl = kDay;
  ShareDraft draft = a_draft();
  draft.window.end = Permanent{};
  const Share share = a_share(draft, policy);
  SharePatch patch = a_patch();
  patch.window.starts_at = kNow - hours(1);
  CHECK(patched(share, patch).granted.window.expires_at == kNow + hours(23));
  patch.window.starts_at = kNow + kDay;
  CHECK(faults_of([&] { patched(share, patch); }) == Faulty{"/starts_at policy_violation"});
  patch.window.starts_at = kNow - kDay;
  CHECK(faults_of([&] { patched(share, patch); }) == Faulty{"/starts_at policy_violation"});
}

TEST_CASE("taking away a passcode that the policy asks for is refused", "[core][share]") {
  Share share = a_share(a_draft(), Policy());
  share.policy.require_passcode = true;
  SharePatch patch = a_patch();
  patch.passcode = std::make_optional(std::optional<std::string>());
  CHECK(faults_of([&] { patched(share, patch); }) == Faulty{"/passcode policy_violation"});
}

TEST_CASE("a share is expired from its end in force on", "[core][share]") {
  Share share = a_share(a_draft(), Policy());
  const Instant end = *share.granted.window.expires_at;
  share.now = end - std::chrono::microseconds(1);
  CHECK_FALSE(is_expired(share));
  share.now = end;
  CHECK(is_expired(share));
  share.now = kNow + kDay;
  share.policy.max_ttl = kDay;
  CHECK(is_expired(share));
}

TEST_CASE("a permanent share under a maximum ends within the calendar", "[core][share]") {
  Policy policy;
  policy.max_ttl = 14 * kDay;
  Terms asked;
  asked.window.starts_at = parse_rfc3339("9999-12-30T00:00:00Z").value();
  CHECK(format_rfc3339(*clamp(asked, policy).window.expires_at) == "9999-12-31T23:59:59.999Z");
}

// What follows holds for all policies, drafts and patches; a thousandfold of them is tried.
namespace {

class Dice {
 public:
  bool toss() { return below(2) == 1; }
  int below(int count) { return std::uniform_int_distribution(0, count - 1)(generator_); }

  Visibility flags() {
    Visibility visibility;
    for (const Flag flag : kFlags) {
      visibility.set(flag, toss());
    }
    return visibility;
  }

  Policy policy() {
    Policy policy;
    policy.default_ttl = toss() ? std::optional<seconds>(hours(1 + below(100))) : std::nullopt;
    policy.max_ttl = toss() ? std::optional<seconds>(hours(1 + below(100))) : std::nullopt;
    policy.allow_public = toss();
    policy.default_visibility = flags();
    policy.allowed_visibility = flags();
    policy.default_tracking = static_cast<Tracking>(below(3));
    policy.tracking_max = static_cast<Tracking>(below(3));
    return policy;
  }

  WindowEnd end() {
    return toss() ? WindowEnd(Permanent{}) : WindowEnd(seconds(hours(1 + below(200))));
  }

  ShareDraft draft() {
    ShareDraft draft = a_draft();
    for (const Flag flag : kFlags) {
      if (toss()) {
        draft.visibility.emplace_back(flag, toss());
      }
    }
    draft.tracking = toss() ? std::optional(static_cast<Tracking>(below(3))) : std::nullopt;
    draft.window.end = toss() ? std::optional(end()) : std::nullopt;
    return draft;
  }

  SharePatch patch() {
    SharePatch patch = a_patch();
    if (toss()) {
      patch.visibility.emplace_back(kFlags[static_cast<std::size_t>(below(kFlags.size()))], toss());
    }
    patch.tracking = toss() ? std::optional(static_cast<Tracking>(below(3))) : std::nullopt;
    patch.window.end = toss() ? std::optional(end()) : std::nullopt;
    return patch;
  }

 private:
  using seconds = std::chrono::seconds;
  std::mt19937 generator_{20261121};
};

bool ends_no_later(const Window& a, const Window& b) {
  return !b.expires_at || (a.expires_at && *a.expires_at <= *b.expires_at);
}

bool is_no_more(const Terms& a, const Terms& b) {
  for (const Flag flag : kFlags) {
    if (a.visibility.shows(flag) && !b.visibility.shows(flag)) {
      return false;
    }
  }
  return (a.audience == b.audience || a.audience == Audience::workspace) &&
         a.tracking <= b.tracking && ends_no_later(a.window, b.window);
}

bool is_allowed(const Terms& terms, const Policy& policy) { return clamp(terms, policy) == terms; }

}  // namespace

TEST_CASE("never is more granted than was asked for, nor more in force than is allowed",
          "[core][share]") {
  Dice dice;
  for (int round = 0; round < 20'000; ++round) {
    Share share = a_share(dice.draft(), dice.policy());
    REQUIRE(is_no_more(share.granted, share.requested));
    REQUIRE(is_allowed(share.granted, share.policy));
    share.policy = dice.policy();  // the policy changes
    REQUIRE(is_no_more(in_force(share), share.granted));
    REQUIRE(is_allowed(in_force(share), share.policy));
  }
}

TEST_CASE("a patch grants what it names under today's policy, and leaves the rest as granted",
          "[core][share]") {
  Dice dice;
  for (int round = 0; round < 20'000; ++round) {
    Share share = a_share(dice.draft(), dice.policy());
    share.policy = dice.policy();
    const SharePatch patch = dice.patch();
    const ShareContent content = patched(share, patch);
    REQUIRE(is_no_more(content.granted, content.requested));
    for (const Flag flag : kFlags) {
      const bool named = !patch.visibility.empty() && patch.visibility[0].first == flag;
      const bool expected =
          named ? patch.visibility[0].second && share.policy.allowed_visibility.shows(flag)
                : share.granted.visibility.shows(flag);
      REQUIRE(content.granted.visibility.shows(flag) == expected);
    }
    REQUIRE(content.granted.tracking == (patch.tracking
                                             ? std::min(*patch.tracking, share.policy.tracking_max)
                                             : share.granted.tracking));
    REQUIRE(content.granted.audience == share.granted.audience);
    if (!patch.window.end) {
      REQUIRE(content.granted.window == share.granted.window);
    }
  }
}

#include "service/core/policy.hpp"

#include <catch2/catch.hpp>

#include "service/core/policy_patch.hpp"

using namespace vitrine::core;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

const Policy& preset(std::string_view name) {
  const PolicyPreset* found = policy_preset(name);
  REQUIRE(found != nullptr);
  return found->policy;
}

Visibility only(std::initializer_list<Flag> flags) {
  Visibility visibility;
  for (const Flag flag : flags) {
    visibility.set(flag, true);
  }
  return visibility;
}

const Instant kStart = parse_rfc3339("2026-11-20T10:00:00Z").value();

Terms generous() {
  return {Audience::anyone, everything_visible(), {kStart, std::nullopt}, Tracking::identified};
}

std::vector<std::string> pointers(const std::vector<Violation>& violations) {
  std::vector<std::string> found;
  for (const Violation& violation : violations) {
    CHECK(violation.code == "conflicting_fields");
    found.push_back(violation.pointer);
  }
  return found;
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("speakr's links are permanent, show the transcript and watch nobody", "[core][policy]") {
  const Policy& policy = preset("speakr");
  CHECK_FALSE(policy.default_ttl);
  CHECK_FALSE(policy.max_ttl);
  CHECK(policy.default_visibility == only({Flag::transcript}));
  CHECK(policy.allowed_visibility == everything_visible());
  CHECK(policy.default_tracking == Tracking::none);
  CHECK(clamp(generous(), policy).tracking == Tracking::none);
  CHECK(clamp(generous(), policy).visibility == everything_visible());
}

TEST_CASE("userplane's links last a day, 14 at most, end for good and show what was captured",
          "[core][policy]") {
  const Policy& policy = preset("userplane");
  CHECK(policy.default_ttl == hours(24));
  CHECK(clamp(generous(), policy).window.expires_at == kStart + hours(24 * 14));
  CHECK(policy.expired_is_final);
  for (const Flag flag : kFlags) {
    CHECK(policy.default_visibility.shows(flag) == (flag != Flag::download));
  }
  CHECK(policy.allow_public);
}

TEST_CASE("salesloft's links have a recipient, last 30 days and tell who opened them",
          "[core][policy]") {
  const Policy& policy = preset("salesloft");
  CHECK(policy.require_recipient);
  CHECK(policy.default_ttl == hours(24 * 30));
  CHECK_FALSE(policy.max_ttl);
  CHECK(policy.default_visibility == only({Flag::transcript, Flag::comments}));
  CHECK(policy.default_tracking == Tracking::identified);
  CHECK(clamp(generous(), policy).tracking == Tracking::identified);
}

TEST_CASE("no preset contradicts itself, and no other has a name", "[core][policy]") {
  for (const PolicyPreset& each : policy_presets()) {
    INFO(each.name);
    CHECK(contradictions(each.policy, {}).empty());
    CHECK_FALSE(each.description.empty());
    CHECK(policy_preset(each.name) == &each);
  }
  CHECK(contradictions(Policy(), {}).empty());
  CHECK(policy_preset("Speakr") == nullptr);
  CHECK(policy_preset("") == nullptr);
}

TEST_CASE("a patch sets what it names and nothing else", "[core][policy]") {
  CHECK(patched(preset("userplane"), {}) == preset("userplane"));

  PolicyPatch patch;
  patch.default_ttl = std::make_optional(std::optional<seconds>());
  patch.allow_public = false;
  patch.default_visibility = {{Flag::comments, false}, {Flag::notes, true}};
  patch.allowed_visibility = {{Flag::download, false}};
  patch.tracking_max = Tracking::count;
  patch.retention_days = std::make_optional(std::optional<int>(7));
  Policy expected;
  expected.default_ttl.reset();
  expected.allow_public = false;
  expected.default_visibility = only({Flag::transcript, Flag::notes});
  expected.allowed_visibility.set(Flag::download, false);
  expected.tracking_max = Tracking::count;
  expected.retention_days = 7;
  CHECK(patched(Policy(), patch) == expected);
}

TEST_CASE("a preset comes before the other members and leaves what is the workspace's own",
          "[core][policy]") {
  Policy policy;
  policy.link_url_template = "https://a.example/{token}";
  policy.retention_days = 30;
  policy.require_passcode = true;
  PolicyPatch patch;
  patch.preset = policy_preset("userplane");
  patch.expired_is_final = false;
  Policy expected = preset("userplane");
  expected.link_url_template = policy.link_url_template;
  expected.retention_days = 30;
  expected.expired_is_final = false;
  CHECK(patched(policy, patch) == expected);
}

TEST_CASE("a policy tells whose rules it has", "[core][policy]") {
  for (const PolicyPreset& each : policy_presets()) {
    Policy policy = each.policy;
    policy.link_url_template = "https://a.example/{token}";
    policy.retention_days = 30;
    CHECK(origin_of(policy) == each.name);
    policy.require_enforced_clip = true;
    CHECK(origin_of(policy) == "own");
  }
  CHECK(origin_of(Policy()) == "built-in");
}

TEST_CASE("a default beyond its maximum is told at a member that the patch names",
          "[core][policy]") {
  const auto faults = [](const Policy& policy, const PolicyPatch& patch) {
    return pointers(contradictions(patched(policy, patch), patch));
  };
  PolicyPatch week;
  week.max_ttl = std::make_optional(std::optional<seconds>(hours(24 * 7)));
  CHECK(faults(Policy(), week) == Pointers{"/max_ttl_seconds"});
  CHECK(faults(preset("speakr"), week) == Pointers{"/max_ttl_seconds"});
  week.default_ttl = std::make_optional(std::optional<seconds>(hours(24 * 7)));
  CHECK(faults(Policy(), week).empty());
  week.default_ttl = std::make_optional(std::optional<seconds>(hours(24 * 7) + seconds(1)));
  CHECK(faults(Policy(), week) == Pointers{"/default_ttl_seconds"});

  PolicyPatch nobody;
  nobody.tracking_max = Tracking::none;
  CHECK(faults(Policy(), nobody).empty());
  CHECK(faults(preset("salesloft"), nobody) == Pointers{"/tracking_max"});
  nobody.default_tracking = Tracking::count;
  nobody.max_ttl = std::make_optional(std::optional<seconds>(seconds(1)));
  CHECK(faults(preset("salesloft"), nobody) == Pointers{"/max_ttl_seconds", "/default_tracking"});
}

TEST_CASE("a patch that contradicts itself is found before any policy is known", "[core][policy]") {
  PolicyPatch patch;
  patch.max_ttl = std::make_optional(std::optional<seconds>(seconds(60)));
  patch.tracking_max = Tracking::none;
  CHECK(contradictions(patch).empty());  // whether they do depends on the policy
  patch.default_ttl = std::make_optional(std::optional<seconds>());
  patch.default_tracking = Tracking::count;
  CHECK(pointers(contradictions(patch)) == Pointers{"/default_ttl_seconds", "/default_tracking"});

  PolicyPatch on_preset;
  on_preset.preset = policy_preset("salesloft");
  on_preset.tracking_max = Tracking::count;
  CHECK(pointers(contradictions(on_preset)) == Pointers{"/tracking_max"});
}

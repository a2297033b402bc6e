// Method: every combination of facts and evidence against the contract's sentence, written down a
// second time as a table of refusals instead of a list of steps.
#include "service/core/decision.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "service/core/share.hpp"

using namespace vitrine::core;
using std::chrono::seconds;

namespace {

const Instant kNow{seconds(1'000'000)};
const std::chrono::microseconds kTick(1);

// Where `now` lies, seen from a window. The capped ones end by the policy's longest life alone.
enum class Place {
  before,
  at_start,
  just_before_end,
  at_end,
  permanent,
  capped_just_before_end,
  capped_at_end,
  capped_later_than_its_end,
};
const std::vector<Place> kPlaces = {Place::before,          Place::at_start,
                                    Place::just_before_end, Place::at_end,
                                    Place::permanent,       Place::capped_just_before_end,
                                    Place::capped_at_end,   Place::capped_later_than_its_end};
enum class Life { endless, ends_later, ends_now };
const std::vector<Life> kLives = {Life::endless, Life::ends_later, Life::ends_now};
enum class Broken { nothing, passcode, clip, recipient };
const std::vector<Broken> kBroken = {Broken::nothing, Broken::passcode, Broken::clip,
                                     Broken::recipient};
const std::vector<ViewerEvidence> kViewers = {ViewerEvidence::none, ViewerEvidence::stranger,
                                              ViewerEvidence::member};
const std::vector<PasscodeEvidence> kPasscodes = {PasscodeEvidence::none, PasscodeEvidence::wrong,
                                                  PasscodeEvidence::throttled,
                                                  PasscodeEvidence::passed};

struct Frame {
  Window window;
  std::optional<seconds> max_ttl;
  std::optional<Verdict> wrong;
};

Frame frame_of(Place place) {
  const Instant start = kNow - seconds(9);
  switch (place) {
    case Place::before:
      return {{kNow + kTick, kNow + seconds(9)}, {}, Verdict::link_not_started};
    case Place::at_start:
      return {{kNow, kNow + seconds(9)}, {}, {}};
    case Place::just_before_end:
      return {{start, kNow + kTick}, {}, {}};
    case Place::at_end:
      return {{start, kNow}, {}, Verdict::link_expired};
    case Place::permanent:
      return {{start, {}}, {}, {}};
    case Place::capped_just_before_end:
      return {{start + kTick, {}}, seconds(9), {}};
    case Place::capped_at_end:
      return {{start, kNow + seconds(9)}, seconds(9), Verdict::link_expired};
    case Place::capped_later_than_its_end:
      return {{start, kNow - kTick}, seconds(90), Verdict::link_expired};
  }
  return {};
}

std::optional<Instant> end_of(Life life) {
  if (life == Life::endless) {
    return std::nullopt;
  }
  return life == Life::ends_now ? kNow : kNow + kTick;
}

struct Situation {
  unsigned flags = 0;
  Life life = Life::endless, link_life = Life::endless;
  Place place = Place::permanent;
  Broken broken = Broken::nothing;
  std::optional<std::int64_t> max_views;
  Evidence evidence;

  bool has(unsigned bit) const { return (flags >> bit & 1) != 0; }
  bool link_revoked() const { return has(0); }
  bool share_revoked() const { return has(1); }
  bool share_disabled() const { return has(2); }
  bool recording_deleted() const { return has(3); }
  bool granted_to_members() const { return has(4); }
  bool members_only_by_policy() const { return has(5); }
  bool has_passcode() const { return has(6) && broken != Broken::passcode; }

  LinkFacts facts() const {
    const Frame frame = frame_of(place);
    LinkFacts facts{.link_revoked = link_revoked(),
                    .retires_at = end_of(link_life),
                    .has_recipient = broken != Broken::recipient,
                    .views = 5,
                    .share_revoked = share_revoked(),
                    .share_disabled = share_disabled(),
                    .has_passcode = has_passcode(),
                    .has_clip = broken == Broken::clip,
                    .max_views = max_views,
                    .recording_deleted = recording_deleted(),
                    .recording_expires_at = end_of(life),
                    .now = kNow};
    facts.granted.audience = granted_to_members() ? Audience::workspace : Audience::anyone;
    facts.granted.window = frame.window;
    facts.policy.max_ttl = frame.max_ttl;
    facts.policy.allow_public = !members_only_by_policy();
    facts.policy.require_passcode = has_passcode() || broken == Broken::passcode;
    facts.policy.require_enforced_clip = true;
    facts.policy.require_recipient = true;
    return facts;
  }

  // The contract: the lowest rank among all that is wrong.
  Verdict expected() const {
    std::map<int, Verdict> wrong;
    if (link_revoked() || share_revoked() || link_life == Life::ends_now) {
      wrong[1] = Verdict::link_revoked;
    }
    if (share_disabled() || broken != Broken::nothing) {
      wrong[2] = Verdict::link_disabled;
    }
    if (recording_deleted() || life == Life::ends_now) {
      wrong[4] = Verdict::recording_gone;
    }
    if (const auto late = frame_of(place).wrong) {
      wrong[5] = *late;
    }
    if (granted_to_members() || members_only_by_policy()) {
      if (evidence.viewer == ViewerEvidence::none) {
        wrong[6] = Verdict::viewer_required;
      } else if (evidence.viewer == ViewerEvidence::stranger) {
        wrong[6] = Verdict::viewer_not_member;
      }
    }
    static const std::map<PasscodeEvidence, Verdict> kWrong = {
        {PasscodeEvidence::none, Verdict::passcode_required},
        {PasscodeEvidence::wrong, Verdict::passcode_invalid},
        {PasscodeEvidence::throttled, Verdict::passcode_throttled}};
    if (has_passcode() && kWrong.count(evidence.passcode) != 0) {
      wrong[7] = kWrong.at(evidence.passcode);
    }
    if (max_views && *max_views <= 5 && !evidence.view_taken) {
      wrong[8] = Verdict::link_used_up;
    }
    return wrong.empty() ? Verdict::open : wrong.begin()->second;
  }
};

template <class Look>
void for_every_evidence(Situation situation, Look look) {
  for (const std::optional<std::int64_t>& limit :
       std::vector<std::optional<std::int64_t>>{std::nullopt, 4, 5, 6}) {
    situation.max_views = limit;
    for (const ViewerEvidence viewer : kViewers) {
      for (const PasscodeEvidence passcode : kPasscodes) {
        for (const bool taken : {false, true}) {
          situation.evidence = {viewer, passcode, taken};
          look(situation);
        }
      }
    }
  }
}

template <class Look>
void for_every_situation(Look look) {
  Situation situation;
  for (situation.flags = 0; situation.flags < 128; ++situation.flags) {
    for (const Life life : kLives) {
      for (const Life link_life : kLives) {
        for (const Place place : kPlaces) {
          for (const Broken broken : kBroken) {
            situation.life = life;
            situation.link_life = link_life;
            situation.place = place;
            situation.broken = broken;
            for_every_evidence(situation, look);
          }
        }
      }
    }
  }
}

const TracedStep& step_of(const Trace& walk, std::string_view name) {
  return *std::ranges::find(walk.steps, name, &TracedStep::name);
}

template <class Value>
Value compared(const TracedStep& step, std::string_view name) {
  const auto found = std::ranges::find(step.compared, name, &Compared::name);
  REQUIRE(found != step.compared.end());
  return std::get<Value>(found->value);
}

// A link with nothing against it.
LinkFacts open_facts() {
  LinkFacts facts;
  facts.now = kNow;
  facts.granted.window.starts_at = kNow - seconds(9);
  return facts;
}

}  // namespace

// Assertions cost more than decisions: the first difference is told, all are counted.
TEST_CASE("every combination of facts and evidence gets the verdict of the contract",
          "[core][decision]") {
  std::set<Verdict> seen;
  std::string first_difference;
  int looked_at = 0;
  for_every_situation([&](const Situation& situation) {
    const Verdict verdict = decide(situation.facts(), situation.evidence);
    const Verdict expected = situation.expected();
    seen.insert(verdict);
    ++looked_at;
    if (verdict != expected && first_difference.empty()) {
      first_difference = "flags " + std::to_string(situation.flags) + " place " +
                         std::to_string(static_cast<int>(situation.place)) + ": " +
                         std::string(to_text(verdict)) + ", not " + std::string(to_text(expected));
    }
  });
  CHECK(first_difference == "");
  CHECK(looked_at == 128 * 3 * 3 * 8 * 4 * 96);
  CHECK(seen.size() == kVerdictCount - 1);  // all but link_not_found
}

TEST_CASE("a link that no longer exists is not found", "[core][decision]") {
  CHECK(decide(std::nullopt, {}) == Verdict::link_not_found);
}

TEST_CASE("the trace has every step in order and ends where the decision does",
          "[core][decision]") {
  const std::vector<std::string_view> order = {"revocation", "switch",   "policy",   "recording",
                                               "window",     "audience", "passcode", "views"};
  std::string difference;
  for_every_situation([&](const Situation& situation) {
    if (situation.evidence.view_taken || situation.evidence.viewer != ViewerEvidence::none ||
        situation.evidence.passcode != PasscodeEvidence::none || !difference.empty()) {
      return;
    }
    const Trace walk = trace(situation.facts());
    Verdict first = Verdict::open;
    bool refused = false;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const TracedStep& step = walk.steps.at(i);
      first = first == Verdict::open ? step.verdict : first;
      const bool right =
          step.name == order[i] && (step.outcome == StepOutcome::not_reached) == refused &&
          (step.outcome == StepOutcome::passes || refused) == (step.verdict == Verdict::open) &&
          step.compared.empty() == refused;
      difference = right ? difference : std::string(order[i]);
      refused = refused || step.outcome == StepOutcome::refuses;
    }
    const bool agrees = walk.steps.size() == order.size() && first == walk.verdict &&
                        walk.verdict == situation.expected();
    difference = agrees ? difference : "the verdict";
  });
  CHECK(difference == "");
}

TEST_CASE("a step that asks does not end the trace, one that refuses does", "[core][decision]") {
  LinkFacts facts = open_facts();
  facts.granted.audience = Audience::workspace;
  facts.has_passcode = true;
  facts.max_views = 3;
  facts.views = 3;
  Trace walk = trace(facts);
  CHECK(walk.verdict == Verdict::viewer_required);
  CHECK(step_of(walk, "audience").outcome == StepOutcome::asks);
  CHECK(step_of(walk, "passcode").outcome == StepOutcome::asks);
  CHECK(step_of(walk, "passcode").verdict == Verdict::passcode_required);
  CHECK(step_of(walk, "views").outcome == StepOutcome::refuses);
  CHECK(step_of(walk, "views").verdict == Verdict::link_used_up);

  facts.share_disabled = true;
  walk = trace(facts);
  CHECK(walk.verdict == Verdict::link_disabled);
  CHECK(step_of(walk, "switch").outcome == StepOutcome::refuses);
  CHECK(step_of(walk, "policy").outcome == StepOutcome::not_reached);
  CHECK(step_of(walk, "views").outcome == StepOutcome::not_reached);
}

TEST_CASE("a trace shows what each step compared", "[core][decision]") {
  using Text = std::string;
  using Number = std::int64_t;
  LinkFacts facts = open_facts();
  facts.retires_at = kNow + seconds(5);
  facts.max_views = 3;
  facts.views = 2;
  facts.policy.max_ttl = seconds(60);
  facts.policy.allow_public = false;
  const Trace walk = trace(facts);
  CHECK_FALSE(compared<bool>(step_of(walk, "revocation"), "link_revoked"));
  CHECK(compared<Text>(step_of(walk, "revocation"), "retires_at") == "1970-01-12T13:46:45.000Z");
  CHECK(compared<Text>(step_of(walk, "revocation"), "now") == "1970-01-12T13:46:40.000Z");
  CHECK_FALSE(compared<bool>(step_of(walk, "switch"), "share_disabled"));
  compared<std::monostate>(step_of(walk, "recording"), "recording_expires_at");
  compared<std::monostate>(step_of(walk, "window"), "granted_expires_at");
  CHECK(compared<Text>(step_of(walk, "window"), "expires_at") == "1970-01-12T13:47:31.000Z");
  CHECK(compared<Number>(step_of(walk, "window"), "max_ttl_seconds") == 60);
  CHECK(compared<Text>(step_of(walk, "audience"), "granted_audience") == "public");
  CHECK(compared<Text>(step_of(walk, "audience"), "audience") == "workspace");
  CHECK(compared<Number>(step_of(walk, "views"), "views") == 2);
  CHECK(compared<Number>(step_of(walk, "views"), "max_views") == 3);
}

TEST_CASE("a trace names the rule that keeps a link closed", "[core][decision]") {
  LinkFacts facts = open_facts();
  compared<std::monostate>(step_of(trace(facts), "policy"), "rule");
  const auto rule = [&] { return compared<std::string>(step_of(trace(facts), "policy"), "rule"); };
  facts.policy.require_recipient = true;
  CHECK(rule() == "require_recipient");
  facts.policy.require_enforced_clip = true;
  facts.has_clip = true;
  CHECK(rule() == "require_enforced_clip");
  facts.policy.require_passcode = true;
  CHECK(rule() == "require_passcode");
  facts.has_passcode = true;
  CHECK(rule() == "require_enforced_clip");
}

TEST_CASE("a policy may keep to itself what a link's state is, and nothing else",
          "[core][decision]") {
  std::vector<std::string_view> told;
  for (int i = 0; i < kVerdictCount; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    if (tells_state(verdict)) {
      told.push_back(to_text(verdict));
    }
  }
  CHECK(told == std::vector<std::string_view>{"link_revoked", "link_disabled", "recording_gone",
                                              "link_not_started", "link_expired", "link_used_up"});
}

TEST_CASE("each verdict and each outcome has its own name", "[core][decision]") {
  std::set<std::string_view> names;
  for (int i = 0; i < kVerdictCount; ++i) {
    names.insert(to_text(static_cast<Verdict>(i)));
  }
  CHECK(names.size() == kVerdictCount);
  CHECK(names.count("") == 0);
  CHECK(to_text(StepOutcome::passes) == "passes");
  CHECK(to_text(StepOutcome::refuses) == "refuses");
  CHECK(to_text(StepOutcome::asks) == "asks");
  CHECK(to_text(StepOutcome::not_reached) == "not_reached");
}

TEST_CASE("an open link stays open until the first of its ends", "[core][decision]") {
  LinkFacts facts = open_facts();
  CHECK_FALSE(open_until(facts));
  facts.granted.window.expires_at = kNow + seconds(5);
  CHECK(open_until(facts) == kNow + seconds(5));
  facts.recording_expires_at = kNow + seconds(3);
  CHECK(open_until(facts) == kNow + seconds(3));
  facts.retires_at = kNow + seconds(2);
  CHECK(open_until(facts) == kNow + seconds(2));
  facts.policy.max_ttl = seconds(10);
  CHECK(open_until(facts) == kNow + seconds(1));
  facts.policy.max_ttl.reset();
  facts.retires_at.reset();
  facts.granted.window.expires_at.reset();
  CHECK(open_until(facts) == kNow + seconds(3));
}

TEST_CASE("a share's state follows from its marks and the clock", "[core][share]") {
  Share share{.id = ShareId(Uuid{}), .recording_id = RecordingId::parse("r").value(), .now = kNow};
  const auto state = [&] { return std::string(to_text(state_of(share))); };

  share.granted.window = frame_of(Place::before).window;
  CHECK(state() == "scheduled");
  share.granted.window = frame_of(Place::at_start).window;
  CHECK(state() == "active");
  share.granted.window = frame_of(Place::permanent).window;
  CHECK(state() == "active");
  share.granted.window = frame_of(Place::at_end).window;
  CHECK(state() == "expired");
  share.disabled_at = kNow;
  CHECK(state() == "disabled");
  share.revoked_at = kNow;
  CHECK(state() == "revoked");
}

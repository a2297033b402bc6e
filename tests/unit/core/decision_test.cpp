// Method: every combination of facts against the contract's sentence, written down a second time
// as a table of refusals instead of a list of steps.
#include "service/core/decision.hpp"

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

// Where `now` lies, seen from a window or from a recording's end.
enum class Place { before, at_start, inside, just_before_end, at_end, after, permanent };
const std::vector<Place> kPlaces = {Place::before,          Place::at_start, Place::inside,
                                    Place::just_before_end, Place::at_end,   Place::after,
                                    Place::permanent};
enum class Life { endless, ends_later, ends_now, ended };
const std::vector<Life> kLives = {Life::endless, Life::ends_later, Life::ends_now, Life::ended};

Window window_at(Place place) {
  const std::chrono::microseconds tick(1);
  switch (place) {
    case Place::before:
      return {kNow + tick, kNow + seconds(9)};
    case Place::at_start:
      return {kNow, kNow + seconds(9)};
    case Place::inside:
      return {kNow - seconds(9), kNow + seconds(9)};
    case Place::just_before_end:
      return {kNow - seconds(9), kNow + tick};
    case Place::at_end:
      return {kNow - seconds(9), kNow};
    case Place::after:
      return {kNow - seconds(9), kNow - tick};
    case Place::permanent:
      break;
  }
  return {kNow - seconds(9), std::nullopt};
}

std::optional<Instant> end_of(Life life) {
  static const std::map<Life, std::optional<Instant>> ends = {
      {Life::endless, std::nullopt},
      {Life::ends_later, kNow + std::chrono::microseconds(1)},
      {Life::ends_now, kNow},
      {Life::ended, kNow - seconds(1)},
  };
  return ends.at(life);
}

struct Situation {
  bool link_revoked, share_revoked, share_disabled, recording_deleted;
  Life life;
  Place place;

  LinkFacts facts() const {
    return {link_revoked,     share_revoked, share_disabled, recording_deleted, end_of(life),
            window_at(place), kNow};
  }

  // The contract: the lowest rank among all that is wrong.
  Verdict expected() const {
    std::map<int, Verdict> wrong;
    if (link_revoked || share_revoked) {
      wrong[1] = Verdict::link_revoked;
    }
    if (share_disabled) {
      wrong[2] = Verdict::link_disabled;
    }
    if (recording_deleted || life == Life::ends_now || life == Life::ended) {
      wrong[3] = Verdict::recording_gone;
    }
    if (place == Place::before) {
      wrong[4] = Verdict::link_not_started;
    }
    if (place == Place::at_end || place == Place::after) {
      wrong[5] = Verdict::link_expired;
    }
    return wrong.empty() ? Verdict::open : wrong.begin()->second;
  }
};

std::vector<Situation> every_situation() {
  std::vector<Situation> all;
  for (unsigned flags = 0; flags < 16; ++flags) {
    for (const Life life : kLives) {
      for (const Place place : kPlaces) {
        all.push_back(
            {(flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0, life, place});
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every combination of facts gets the verdict of the contract", "[core][decision]") {
  std::set<Verdict> seen;
  for (const Situation& situation : every_situation()) {
    const Verdict verdict = decide(situation.facts());
    INFO("revoked " << situation.link_revoked << situation.share_revoked << " disabled "
                    << situation.share_disabled << " deleted " << situation.recording_deleted
                    << " life " << static_cast<int>(situation.life) << " place "
                    << static_cast<int>(situation.place));
    REQUIRE(to_text(verdict) == to_text(situation.expected()));
    seen.insert(verdict);
  }
  CHECK(seen.size() == kVerdictCount - 1);  // all but link_not_found
}

TEST_CASE("a link that no longer exists is not found", "[core][decision]") {
  CHECK(decide(std::nullopt) == Verdict::link_not_found);
}

TEST_CASE("the steps, walked one by one, tell what the decision tells", "[core][decision]") {
  std::vector<std::string> names;
  for (const DecisionStep& step : decision_steps()) {
    names.emplace_back(step.name);
  }
  CHECK(names == std::vector<std::string>{"revocation", "switch", "recording", "window"});

  for (const Situation& situation : every_situation()) {
    const LinkFacts facts = situation.facts();
    Verdict first = Verdict::open;
    for (const DecisionStep& step : decision_steps()) {
      first = first == Verdict::open ? step.judge(facts) : first;
    }
    REQUIRE(first == decide(facts));
  }
}

TEST_CASE("each verdict has its own name", "[core][decision]") {
  std::set<std::string_view> names;
  for (int i = 0; i < kVerdictCount; ++i) {
    names.insert(to_text(static_cast<Verdict>(i)));
  }
  CHECK(names.size() == kVerdictCount);
  CHECK(names.count("") == 0);
}

TEST_CASE("an open link stays open until the first of its two ends", "[core][decision]") {
  LinkFacts facts;
  CHECK_FALSE(open_until(facts));
  facts.window.expires_at = kNow + seconds(5);
  CHECK(open_until(facts) == kNow + seconds(5));
  facts.recording_expires_at = kNow + seconds(3);
  CHECK(open_until(facts) == kNow + seconds(3));
  facts.window.expires_at.reset();
  CHECK(open_until(facts) == kNow + seconds(3));
}

TEST_CASE("a share's state follows from its marks and the clock", "[core][share]") {
  Share share{.id = ShareId(Uuid{}), .recording_id = RecordingId::parse("r").value(), .now = kNow};
  const auto state = [&] { return std::string(to_text(state_of(share))); };

  share.granted.window = window_at(Place::before);
  CHECK(state() == "scheduled");
  share.granted.window = window_at(Place::at_start);
  CHECK(state() == "active");
  share.granted.window = window_at(Place::permanent);
  CHECK(state() == "active");
  share.granted.window = window_at(Place::at_end);
  CHECK(state() == "expired");
  share.disabled_at = kNow;
  CHECK(state() == "disabled");
  share.revoked_at = kNow;
  CHECK(state() == "revoked");
}

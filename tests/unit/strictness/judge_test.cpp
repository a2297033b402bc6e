#include "tests/strictness/judge.hpp"

#include <catch2/catch.hpp>

using namespace vitrine::strictness;

namespace {

constexpr State kOpen{.title = 1, .summary = {true, 10}};
constexpr Seen kSeenOpen{.outcome = Outcome::open, .title = 1, .summary = 10};
constexpr Seen kSeenRevoked{.outcome = Outcome::revoked};
constexpr Proof kPasscode7{Proof::Kind::passcode, 7}, kSession7{Proof::Kind::session, 7};

State titled(std::uint32_t title) {
  State state = kOpen;
  state.title = title;
  return state;
}

State revoked() {
  State state = kOpen;
  state.revoked = true;
  return state;
}

State locked(std::uint32_t passcode) {
  State state = kOpen;
  state.passcode = passcode;
  return state;
}

Seen seen_titled(std::uint32_t title) {
  Seen seen = kSeenOpen;
  seen.title = title;
  return seen;
}

Resolve resolve(Time sent, Time answered, Seen seen, Proof proof = {}) {
  return {sent, answered, proof, seen};
}

// Open from 0 on, and changed once, from 100 to 200.
History changed_to(State state, std::vector<Resolve> resolves, Time acknowledged = 200) {
  return {{{kOpen, 0, 0}, {state, 100, acknowledged}}, std::move(resolves)};
}

std::vector<Fault> faults(History history) {
  std::vector<Fault> found;
  for (const Violation& violation : judge(std::move(history))) found.push_back(violation.fault);
  return found;
}

using Faults = std::vector<Fault>;

}  // namespace

TEST_CASE("A link that opens after its revocation was acknowledged is stale") {
  const auto violations = judge(changed_to(revoked(), {resolve(201, 210, kSeenOpen)}));
  REQUIRE(violations.size() == 1);
  CHECK(violations[0].fault == Fault::stale);
  CHECK(violations[0].oldest == 1);
  CHECK(violations[0].known_since == 200);
}

TEST_CASE("A resolve that overlaps a change may see either side of it") {
  for (const Seen& seen : {kSeenOpen, kSeenRevoked}) {
    CHECK(faults(changed_to(revoked(), {resolve(150, 250, seen)})).empty());
    CHECK(faults(changed_to(revoked(), {resolve(50, 150, seen)})).empty());
    CHECK(faults(changed_to(revoked(), {resolve(199, 300, seen)})).empty());
  }
}

TEST_CASE("A change is not seen before it was sent") {
  CHECK(faults(changed_to(revoked(), {resolve(50, 99, kSeenRevoked)})) == Faults{Fault::foreign});
  CHECK(faults(changed_to(revoked(), {resolve(50, 99, kSeenOpen)})).empty());
}

TEST_CASE("What one resolve has seen, a later one does not unsee") {
  const auto seen = resolve(110, 130, kSeenRevoked);
  CHECK(faults(changed_to(revoked(), {resolve(140, 160, kSeenOpen), seen})) ==
        Faults{Fault::backward});
  CHECK(faults(changed_to(revoked(), {resolve(120, 160, kSeenOpen), seen})).empty());
}

TEST_CASE("A change whose outcome is not known may be seen or not, but not taken back") {
  const auto maybe = [](std::vector<Resolve> resolves) {
    return faults(changed_to(revoked(), std::move(resolves), kNever));
  };
  CHECK(maybe({resolve(900, 910, kSeenOpen)}).empty());
  CHECK(maybe({resolve(900, 910, kSeenOpen), resolve(920, 930, kSeenRevoked)}).empty());
  CHECK(maybe({resolve(900, 910, kSeenRevoked), resolve(920, 930, kSeenOpen)}) ==
        Faults{Fault::backward});
}

TEST_CASE("A slow resolve may see any version that it overlaps, and none before") {
  History history{
      {{titled(1), 0, 0}, {titled(2), 100, 110}, {titled(3), 200, 210}, {titled(4), 300, 310}}, {}};
  const auto seen = [&](std::uint32_t title) {
    history.resolves = {resolve(150, 250, seen_titled(title))};
    return faults(history);
  };
  CHECK(seen(1) == Faults{Fault::stale});
  CHECK(seen(2).empty());
  CHECK(seen(3).empty());
  CHECK(seen(4) == Faults{Fault::foreign});
}

TEST_CASE("A state that comes back is taken for its latest time only when it must be") {
  // on, off, on: whoever sees "on" during the last change may have seen the first or the last.
  State off = kOpen;
  off.disabled = true;
  constexpr Seen kSeenOff{.outcome = Outcome::disabled};
  History history{{{kOpen, 0, 0}, {off, 100, kNever - 2}, {kOpen, kNever - 2, kNever - 1}}, {}};
  history.resolves = {resolve(150, 160, kSeenOpen), resolve(170, 180, kSeenOff)};
  CHECK(faults(history).empty());
  history.resolves.push_back(resolve(190, 200, kSeenOpen));
  CHECK(faults(history) == Faults{Fault::backward});
}

TEST_CASE("An answer of another link is foreign") {
  CHECK(faults({{{kOpen, 0, 0}}, {resolve(1, 2, seen_titled(99))}}) == Faults{Fault::foreign});
  CHECK(faults({{{kOpen, 0, 0}}, {resolve(1, 2, {})}}) == Faults{Fault::foreign});
}

TEST_CASE("A session is void from the moment its passcode was changed") {
  Seen seen = kSeenOpen;
  seen.session = true;
  const History history{{{locked(7), 0, 0}, {locked(8), 100, 200}}, {}};
  const auto with = [&](Time sent, const Seen& what, const Proof& proof) {
    History one = history;
    one.resolves = {resolve(sent, sent + 10, what, proof)};
    return faults(one);
  };
  CHECK(with(10, seen, kSession7).empty());
  CHECK(with(10, seen, kPasscode7).empty());
  CHECK(with(150, seen, kSession7).empty());
  CHECK(with(201, seen, kSession7) == Faults{Fault::stale});
  CHECK(with(201, seen, kPasscode7) == Faults{Fault::stale});
  CHECK(with(201, {.outcome = Outcome::passcode_required}, kSession7).empty());
  CHECK(with(201, {.outcome = Outcome::passcode_invalid}, kPasscode7).empty());
}

TEST_CASE("A link without a passcode gives no session, and one with a passcode always does") {
  Seen seen = kSeenOpen;
  CHECK(fits(kOpen, {}, seen));
  CHECK_FALSE(fits(locked(7), kPasscode7, seen));
  seen.session = true;
  CHECK(fits(locked(7), kPasscode7, seen));
  CHECK_FALSE(fits(kOpen, {}, seen));
}

TEST_CASE("What is hidden must not be seen, and what is shown must be the latest text") {
  State state = kOpen;
  Seen seen = kSeenOpen;
  seen.notes = 20;
  CHECK_FALSE(fits(state, {}, seen));
  state.notes = {true, 20};
  CHECK(fits(state, {}, seen));
  seen.summary = 9;
  CHECK_FALSE(fits(state, {}, seen));
  seen.summary = 0;
  CHECK_FALSE(fits(state, {}, seen));
}

TEST_CASE("Revoked comes before disabled, and both before the passcode") {
  State state = locked(7);
  state.disabled = true;
  CHECK(fits(state, {}, {.outcome = Outcome::disabled}));
  CHECK_FALSE(fits(state, {}, {.outcome = Outcome::passcode_required}));
  state.revoked = true;
  CHECK(fits(state, {}, kSeenRevoked));
  CHECK_FALSE(fits(state, {}, {.outcome = Outcome::disabled}));
}

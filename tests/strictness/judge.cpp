#include "tests/strictness/judge.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace vitrine::strictness {
namespace {

using Versions = std::vector<Version>;

bool shows(const Panel& panel, std::uint32_t text) {
  return text == (panel.visible ? panel.text : 0);
}

bool shows(const State& state, const Proof& proof, const Seen& seen) {
  const bool lets_in = state.passcode == 0 || state.passcode == proof.passcode;
  return lets_in && seen.session == (state.passcode != 0) && seen.title == state.title &&
         shows(state.summary, seen.summary) && shows(state.notes, seen.notes);
}

// The last one that was acknowledged before. The first always was.
std::size_t last_acknowledged(const Versions& versions, Time before) {
  const auto end = std::ranges::partition_point(
      versions, [&](const Version& version) { return version.acknowledged < before; });
  return static_cast<std::size_t>(std::max(end, versions.begin() + 1) - versions.begin()) - 1;
}

std::size_t last_sent(const Versions& versions, Time until) {
  const auto end = std::ranges::partition_point(
      versions, [&](const Version& version) { return version.sent <= until; });
  return static_cast<std::size_t>(std::max(end, versions.begin() + 1) - versions.begin()) - 1;
}

std::optional<std::size_t> oldest_fitting(const Versions& versions, std::size_t from,
                                          std::size_t to, const Resolve& resolve) {
  for (std::size_t i = from; i <= to; ++i) {
    if (fits(versions[i].state, resolve.proof, resolve.seen)) {
      return i;
    }
  }
  return std::nullopt;
}

// What resolves have shown so far: since when it is known that the link had come so far.
class Progress {
 public:
  struct Step {
    Time since = 0;
    std::size_t version = 0;
  };

  Step before(Time time) const {
    const auto after =
        std::ranges::partition_point(steps_, [&](const Step& step) { return step.since < time; });
    return after == steps_.begin() ? Step{} : *std::prev(after);
  }

  void shown(Time since, std::size_t version) {
    if (steps_.empty() || steps_.back().version < version) {
      steps_.push_back({since, version});
    }
  }

 private:
  std::vector<Step> steps_;
};

}  // namespace

bool fits(const State& state, const Proof& proof, const Seen& seen) {
  if (state.revoked || seen.outcome == Outcome::revoked) {
    return state.revoked && seen.outcome == Outcome::revoked;
  }
  if (state.disabled || seen.outcome == Outcome::disabled) {
    return state.disabled && seen.outcome == Outcome::disabled;
  }
  const bool refuses = state.passcode != 0 && state.passcode != proof.passcode;
  switch (seen.outcome) {
    case Outcome::open:
      return shows(state, proof, seen);
    case Outcome::passcode_required:
      return refuses && proof.kind != Proof::Kind::passcode;
    case Outcome::passcode_invalid:
      return refuses && proof.kind == Proof::Kind::passcode;
    default:
      return false;
  }
}

std::vector<Violation> judge(History history) {
  const Versions& versions = history.versions;
  std::ranges::sort(history.resolves, {}, &Resolve::answered);
  std::vector<Violation> violations;
  Progress progress;
  for (const Resolve& resolve : history.resolves) {
    const std::size_t acknowledged = last_acknowledged(versions, resolve.sent);
    const std::size_t newest = last_sent(versions, resolve.answered);
    const Progress::Step shown = progress.before(resolve.sent);
    const std::size_t oldest = std::max(acknowledged, shown.version);
    if (const auto version = oldest_fitting(versions, oldest, newest, resolve)) {
      progress.shown(resolve.answered, *version);
    } else if (oldest_fitting(versions, acknowledged, newest, resolve)) {
      violations.push_back({Fault::backward, resolve, oldest, shown.since});
    } else {
      const bool stale = acknowledged > 0 && oldest_fitting(versions, 0, acknowledged - 1, resolve);
      violations.push_back({stale ? Fault::stale : Fault::foreign, resolve, acknowledged,
                            versions[acknowledged].acknowledged});
    }
  }
  return violations;
}

Closeness closeness(const History& history, Time soon) {
  Closeness found;
  for (const Resolve& resolve : history.resolves) {
    const std::size_t oldest = last_acknowledged(history.versions, resolve.sent);
    found.overlapping += last_sent(history.versions, resolve.answered) > oldest ? 1 : 0;
    const bool is_soon = resolve.sent - history.versions[oldest].acknowledged < soon;
    found.soon_after += oldest > 0 && is_soon ? 1 : 0;
  }
  return found;
}

}  // namespace vitrine::strictness

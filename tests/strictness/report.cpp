#include "tests/strictness/report.hpp"

#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "tests/strictness/judge.hpp"

namespace vitrine::strictness {
namespace {

using nlohmann::json;

constexpr std::size_t kShownViolations = 5;
constexpr Time kSoon = 10'000'000;
constexpr std::array<std::string_view, 3> kFaultNames = {"stale", "backward", "foreign"};

std::string milliseconds(Time time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f ms", static_cast<double>(time) / 1e6);
  return text;
}

std::string described(const Panel& panel) {
  return std::to_string(panel.text) + (panel.visible ? "" : " (hidden)");
}

std::string described(const State& state) {
  std::string text = state.revoked ? "revoked" : state.disabled ? "disabled" : "open";
  text += ", passcode " + std::to_string(state.passcode);
  text += ", title " + std::to_string(state.title) + ", summary " + described(state.summary);
  return text + ", notes " + described(state.notes);
}

std::string described(const Seen& seen) {
  std::string text(kOutcomeNames[static_cast<std::size_t>(seen.outcome)]);
  if (seen.outcome == Outcome::open) {
    text += seen.session ? ", with a session" : "";
    text += ", title " + std::to_string(seen.title) + ", summary " + std::to_string(seen.summary);
    text += ", notes " + std::to_string(seen.notes);
  }
  return text;
}

std::string described(const Proof& proof) {
  constexpr std::array<const char*, 3> kKinds = {"nothing", "a session of passcode ", "passcode "};
  const bool none = proof.kind == Proof::Kind::none;
  return kKinds[static_cast<std::size_t>(proof.kind)] +
         (none ? "" : std::to_string(proof.passcode));
}

json described(const Violation& violation, const std::vector<Version>& versions) {
  const Resolve& resolve = violation.resolve;
  return {{"fault", kFaultNames[static_cast<std::size_t>(violation.fault)]},
          {"saw", described(resolve.seen)},
          {"showing", described(resolve.proof)},
          {"had_to_see", "version " + std::to_string(violation.oldest) +
                             " or later: " + described(versions[violation.oldest].state)},
          {"known_before_it_was_sent", milliseconds(resolve.sent - violation.known_since)},
          {"answered_after", milliseconds(resolve.answered - resolve.sent)},
          {"versions", versions.size()}};
}

std::unordered_map<const Link*, History> histories(
    Trial& trial, const std::vector<std::unique_ptr<Reader>>& readers) {
  std::unordered_map<const Link*, History> found;
  for (Link& link : trial.links()) {
    found[&link].versions = link.versions;
  }
  for (const auto& reader : readers) {
    for (const auto& [link, resolve] : reader->seen) found[link].resolves.push_back(resolve);
  }
  return found;
}

template <class Threads, class Counts, class Names>
json summed(const Threads& threads, Counts counts, const Names& names) {
  json sums = json::object();
  for (std::size_t i = 0; i < names.size(); ++i) {
    long sum = 0;
    for (const auto& thread : threads) sum += ((*thread).*counts)[i];
    sums[std::string(names[i])] = sum;
  }
  return sums;
}

template <class Threads, class Count>
long sum(const Threads& threads, Count count) {
  long total = 0;
  for (const auto& thread : threads) total += std::invoke(count, *thread);
  return total;
}

}  // namespace

Report report(Trial& trial, const std::vector<std::unique_ptr<Reader>>& readers,
              const std::vector<std::unique_ptr<Writer>>& writers, double seconds) {
  long resolves = 0, overlapping = 0, soon_after = 0;
  std::array<long, kFaultNames.size()> faults{};
  json shown = json::array();
  for (auto& [link, history] : histories(trial, readers)) {
    resolves += static_cast<long>(history.resolves.size());
    const Closeness close = closeness(history, kSoon);
    overlapping += close.overlapping;
    soon_after += close.soon_after;
    const auto violations = judge(std::move(history));
    for (const Violation& violation : violations) {
      ++faults[static_cast<std::size_t>(violation.fault)];
    }
    if (!violations.empty() && shown.size() < kShownViolations) {
      shown.push_back(described(violations.front(), link->versions));
    }
  }
  const json kinds = summed(writers, &Writer::made, kKindNames);
  long changes = 0;
  for (const auto& kind : kinds) changes += kind.get<long>();
  const json line = {{"resolves", resolves},
                     {"changes", changes},
                     {"violations", faults[0] + faults[1] + faults[2]},
                     {"stale", faults[0]},
                     {"backward", faults[1]},
                     {"foreign", faults[2]},
                     {"examples", shown},
                     {"seconds", seconds},
                     {"overlapping_a_change", overlapping},
                     {"within_10_ms_after_a_change", soon_after},
                     {"links", trial.links().size()},
                     {"changes_by_kind", kinds},
                     {"outcomes", summed(readers, &Reader::outcomes, kOutcomeNames)},
                     {"void_sessions", sum(readers, &Reader::void_sessions)},
                     {"unanswered", sum(readers, &Reader::unanswered)},
                     {"repeated", sum(writers, &Writer::repeated)},
                     {"unsettled", sum(writers, &Writer::unsettled)}};
  return {line.dump(), faults[0] + faults[1] + faults[2]};
}

}  // namespace vitrine::strictness

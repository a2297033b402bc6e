#include "service/resolver/standby_ledger.hpp"

#include <algorithm>

#include "service/store/synchronous_standby_names.hpp"

namespace vitrine {
namespace {

Unfit left_out(std::string reason) { return {Unfit::Kind::left_out, std::move(reason)}; }

}  // namespace

void StandbyLedger::primary_said(PrimaryAnswer answer, std::uint64_t incidents, Time now) {
  if (answer.facts) {
    marks_.push_back({answer.asked, answer.facts->flushed, incidents});
    if (answer.asked - marks_.front().at > 2 * kMostLag) {
      marks_.pop_front();
    }
  }
  primary_ = std::move(answer);
  judge_all(now);
}

void StandbyLedger::standby_said(std::size_t index, StandbyAnswer answer, Time now) {
  records_[index].answer = std::move(answer);
  judge_all(now);
}

void StandbyLedger::read_failed(std::size_t index, Time now) {
  Record& record = records_[index];
  if (!record.report.used) {
    return;  // others have told it already
  }
  const bool again = record.failed_at && now - *record.failed_at < kForgiven;
  record.failures = again ? std::min(record.failures + 1, kMostDoublings) : 1;
  record.failed_at = now;
  record.rests_until = now + kFirstRest * (1 << (record.failures - 1));
  judge(record, now);
}

bool StandbyLedger::may_serve(std::size_t index, Time now, std::uint64_t incidents) const {
  const Record& record = records_[index];
  return record.report.used && now <= facts_end(index) && record.reached->incidents == incidents;
}

StandbyLedger::Time StandbyLedger::facts_end(std::size_t index) const {
  return std::min(primary_.asked, records_[index].answer.asked) + kFactsHold;
}

void StandbyLedger::judge_all(Time now) {
  for (Record& record : records_) judge(record, now);
}

void StandbyLedger::judge(Record& record, Time now) {
  if (!primary_.is_known() || !record.answer.is_known()) {
    return;
  }
  follow(record);
  const auto unfit = fault(record, now);
  if (unfit) {
    record.well_since.reset();
    const std::string& detail = primary_.fault.empty() ? record.answer.fault : primary_.fault;
    record.report = {false, unfit, detail};
  } else {
    record.well_since = record.well_since.value_or(now);
    if (now - *record.well_since >= kSettles) {
      record.report = {true, std::nullopt, ""};
    }
  }
}

// Finds how far it has come. One that was just met counts as having been there until now.
void StandbyLedger::follow(Record& record) const {
  if (!record.answer.facts || marks_.empty()) {
    return;
  }
  if (!record.reached) {
    record.reached = Mark{marks_.back().at};
  }
  const auto last = std::find_if(marks_.rbegin(), marks_.rend(), [&](const Mark& mark) {
    return mark.end <= record.answer.facts->replayed;
  });
  const bool further = last != marks_.rend() && last->at >= record.reached->at;
  if (further) {
    record.reached = *last;
  }
}

std::optional<Unfit> StandbyLedger::fault(const Record& record, Time now) const {
  if (!primary_.holds(now)) {
    return left_out("The primary cannot be asked whether it waits for this standby.");
  }
  if (auto unfit = fault_of(*primary_.facts)) {
    return unfit;
  }
  if (!record.answer.holds(now)) {
    return left_out("It does not answer: see that it runs, and takes connections.");
  }
  if (auto unfit = fault_of(*primary_.facts, *record.answer.facts)) {
    return unfit;
  }
  if (shares_its_name(record)) {
    return Unfit{Unfit::Kind::refused,
                 "Another server of VITRINE_DATABASE_READ_URL streams by the same name: name each "
                 "server once, and give each an application_name of its own in primary_conninfo."};
  }
  if (marks_.back().at - record.reached->at > kMostLag) {
    return left_out(
        "It is behind the primary: see whether replay is paused or delayed "
        "(recovery_min_apply_delay), and whether its WAL receiver hangs.");
  }
  if (now < record.rests_until) {
    return left_out("A read there failed or took too long.");
  }
  return std::nullopt;
}

bool StandbyLedger::shares_its_name(const Record& record) const {
  return std::any_of(records_.begin(), records_.end(), [&](const Record& other) {
    return &other != &record && other.answer.facts &&
           store::same_standby_name(other.answer.facts->name, record.answer.facts->name);
  });
}

}  // namespace vitrine

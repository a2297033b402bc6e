#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "service/resolver/standby_fitness.hpp"
#include "service/store/replication_store.hpp"

namespace vitrine {

// What the primary and its standbys said, and which of them may be read from. Knows neither threads
// nor a clock: whoever asks brings the time, which never goes back.
class StandbyLedger {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // What a server said, and when it was asked. No facts: why it could not be asked.
  template <class Facts>
  struct Answer {
    std::optional<Facts> facts = {};
    Time asked = {};
    std::string fault = {};

    bool is_known() const { return facts || !fault.empty(); }
    bool holds(Time now) const { return facts && now - asked <= kFactsHold; }
  };
  using PrimaryAnswer = Answer<store::replication_store::PrimaryFacts>;
  using StandbyAnswer = Answer<store::replication_store::StandbyFacts>;

  // What is to be told of a standby: nothing until the first answers are there.
  struct Report {
    bool used = false;
    std::optional<Unfit> unfit = {};
    std::string detail = {};  // what libpq or PostgreSQL said

    // But for the detail, which may be worded otherwise each time.
    bool operator==(const Report& other) const {
      return used == other.used && unfit == other.unfit;
    }
  };

  explicit StandbyLedger(std::size_t standbys) : records_(standbys) {}

  // `incidents` are the pool's, read before the primary was asked.
  void primary_said(PrimaryAnswer answer, std::uint64_t incidents, Time now);
  void standby_said(std::size_t index, StandbyAnswer answer, Time now);
  void read_failed(std::size_t index, Time now);

  const Report& report(std::size_t index) const { return records_[index].report; }

  // Whether it may be read from now, while the pool has had so many incidents.
  bool may_serve(std::size_t index, Time now, std::uint64_t incidents) const;

  // When what is known of it counts no more unless it is said again.
  Time facts_end(std::size_t index) const;

  // With the time between two questions, a standby that is silent or behind is left out in less
  // than two seconds. While it is behind no COMMIT is acknowledged, but one whose wait was
  // cancelled shows on the primary.
  static constexpr std::chrono::milliseconds kFactsHold{1500}, kMostLag{1000};
  // It has to be well for so long before it is read from: after a change of settings, every process
  // of the primary has heard of it by then.
  static constexpr std::chrono::milliseconds kSettles{500};
  // Where a read failed is no read for so long; twice as long each time that it fails again soon.
  static constexpr std::chrono::milliseconds kFirstRest{1000}, kForgiven{60'000};
  static constexpr int kMostDoublings = 5;

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  // Where the primary's WAL ended at some time, after so many incidents.
  struct Mark {
    Time at = {};
    store::replication_store::WalPosition end = 0;
    std::uint64_t incidents = kNever;
  };
  struct Record {
    StandbyAnswer answer;
    std::optional<Mark> reached;     // the last mark that it has replayed
    std::optional<Time> well_since;  // without a break
    std::optional<Time> failed_at;
    Time rests_until = {};
    int failures = 0;  // one soon after the other
    Report report;
  };

  void judge_all(Time now);
  void judge(Record& record, Time now);
  void follow(Record& record) const;
  std::optional<Unfit> fault(const Record& record, Time now) const;
  bool shares_its_name(const Record& record) const;

  PrimaryAnswer primary_;
  std::deque<Mark> marks_;  // of the last seconds, the oldest first
  std::vector<Record> records_;
};

}  // namespace vitrine

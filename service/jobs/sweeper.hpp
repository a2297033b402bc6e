#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "service/store/pool.hpp"
#include "service/store/sweep_store.hpp"

namespace vitrine::jobs {

struct Retention {
  std::chrono::days events{90};  // of the feed, and of deliveries and mails that are done with
};

// Does what is due: records starts and ends, reminds, and removes what nobody needs any more. Any
// number of sweepers may run at once, in any number of processes. What a link answers never depends
// on them. One thread at a time.
class Sweeper {
 public:
  Sweeper(store::Pool& pool, Retention retention) : pool_(pool), retention_(retention) {}

  // Works off one batch of each kind that is due. True when there may be more. A batch is small:
  // its rows take the database two milliseconds or so, which resolves beside it hardly notice.
  bool sweep();

  // Removes some of what was kept long enough: events, and deliveries and mails that are done with.
  // True when there may be more.
  bool purge();

  // Both, until nothing is due; gives how many rows were worked off.
  std::int64_t sweep_all();

  struct Stats {
    std::uint64_t starts_total, ends_total, reminders_total, forgotten_total, purged_total;
    double batch_seconds_total;
    std::uint64_t batches_total;
  };
  Stats stats() const;

 private:
  using Counter = std::atomic<std::uint64_t>;
  template <class Run, class Work, class... Place>
  bool batch(Run run, int limit, Counter& done, Work work, Place&... place);
  void look();

  store::Pool& pool_;
  const Retention retention_;
  store::sweep_store::Pending pending_;
  store::sweep_store::Places places_;
  std::chrono::steady_clock::time_point looked_at_, began_anew_at_;
  Counter starts_ = 0, ends_ = 0, reminders_ = 0, forgotten_ = 0, purged_ = 0;
  Counter batches_ = 0, batch_ns_ = 0;
};

}  // namespace vitrine::jobs

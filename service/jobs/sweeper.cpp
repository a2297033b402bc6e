#include "service/jobs/sweeper.hpp"

#include "service/store/delivery_store.hpp"
#include "service/store/event_store.hpp"
#include "service/store/idempotency_store.hpp"
#include "service/store/mail_store.hpp"

namespace vitrine::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using store::Transaction;
namespace sweep_store = store::sweep_store;

constexpr int kBatch = 100;
// A share takes its links, comments, opens and mails with it.
constexpr int kForgetBatch = 20;
constexpr int kPurgeBatch = 100;
// While there is more of one kind, so often for other kinds; and so often for what has come to lie
// before the places, which makes it later by no more than that.
constexpr milliseconds kLook{100};
constexpr milliseconds kBeginAnew{2000};

// How a batch is run: what it needs is one statement, or several.
constexpr auto kOne = [](store::Pool& pool, auto body) {
  return store::single_repeatable_write(pool, body);
};
constexpr auto kSeveral = [](store::Pool& pool, auto body) {
  return store::in_transaction(pool, body);
};

}  // namespace

// True when there may be more. What was done stays done, whatever comes after it.
template <class Run, class Work, class... Place>
bool Sweeper::batch(Run run, int limit, Counter& done, Work work, Place&... place) {
  const auto began = steady_clock::now();
  const std::int64_t taken =
      run(pool_, [&](Transaction& transaction) { return work(transaction, limit, place...); });
  const std::chrono::nanoseconds took = steady_clock::now() - began;
  batch_ns_ += static_cast<std::uint64_t>(took.count());
  ++batches_;
  done += static_cast<std::uint64_t>(taken);
  return taken == limit;
}

void Sweeper::look() {
  const auto now = steady_clock::now();
  if (pending_.any() && now - looked_at_ < kLook) {
    return;
  }
  if (now - began_anew_at_ >= kBeginAnew) {
    places_ = {};
    began_anew_at_ = now;
  }
  pending_ = store::single_read(pool_, [this](Transaction& transaction) {
    return sweep_store::pending(transaction, places_);
  });
  looked_at_ = now;
}

bool Sweeper::sweep() {
  look();
  Counter planned = 0;
  auto& [start, expire, retire, gone, remind, forget, reschedule, keys, sessions] = pending_;
  start = start && batch(kOne, kBatch, starts_, sweep_store::start, places_.start);
  expire = expire && batch(kOne, kBatch, ends_, sweep_store::expire, places_.expire);
  retire = retire && batch(kOne, kBatch, ends_, sweep_store::retire, places_.retire);
  gone = gone && batch(kOne, kBatch, ends_, sweep_store::end_recordings, places_.gone);
  remind = remind && batch(kOne, kBatch, reminders_, sweep_store::remind, places_.remind);
  forget = forget && batch(kSeveral, kForgetBatch, forgotten_, sweep_store::forget, places_.forget);
  reschedule = reschedule && batch(kSeveral, kBatch, planned, sweep_store::reschedule);
  sessions = sessions && batch(kOne, kPurgeBatch, purged_, sweep_store::purge_sessions);
  keys = keys && batch(kOne, kPurgeBatch, purged_, store::idempotency_store::purge);
  return pending_.any();
}

bool Sweeper::purge() {
  const auto older = [this](auto removal) {
    return [this, removal](Transaction& transaction, int limit) {
      return removal(transaction, retention_.events, limit);
    };
  };
  const bool events = batch(kOne, kPurgeBatch, purged_, older(store::event_store::purge));
  const bool deliveries = batch(kOne, kPurgeBatch, purged_, older(store::delivery_store::purge));
  const bool mails = batch(kOne, kPurgeBatch, purged_, older(store::mail_store::purge));
  return events || deliveries || mails;
}

std::int64_t Sweeper::sweep_all() {
  const auto done = [this] {
    const Stats now = stats();
    return static_cast<std::int64_t>(now.starts_total + now.ends_total + now.reminders_total +
                                     now.forgotten_total + now.purged_total);
  };
  const std::int64_t before = done();
  for (std::int64_t last = -1; last != done();) {  // what is done may be due to be removed at once
    last = done();
    while (sweep()) {
    }
  }
  while (purge()) {
  }
  return done() - before;
}

Sweeper::Stats Sweeper::stats() const {
  return {.starts_total = starts_,
          .ends_total = ends_,
          .reminders_total = reminders_,
          .forgotten_total = forgotten_,
          .purged_total = purged_,
          .batch_seconds_total = static_cast<double>(batch_ns_) / 1e9,
          .batches_total = batches_};
}

}  // namespace vitrine::jobs

#include "service/database_clock.hpp"

#include <atomic>

#include "service/clock.hpp"
#include "service/store/clock_store.hpp"

namespace vitrine {
namespace {

using std::chrono::microseconds;

// How far the database's clock is ahead of the steady one.
constexpr microseconds kNeverAsked = microseconds::min();
std::atomic<microseconds> ahead{kNeverAsked};

microseconds steady_now() {
  return std::chrono::floor<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

core::Instant database_now() {
  const microseconds known = ahead;
  return known == kNeverAsked ? wall_clock_now() : core::Instant(steady_now() + known);
}

// Cristian's algorithm (Distributed Computing 3, 1989, pages 146 to 158): it answered at some time
// between question and answer, so the middle is wrong by half of that at most. An answer that is no
// better than what is known already changes nothing.
void ask_database_clock(store::Pool& pool) {
  store::single_read(pool, [](store::Transaction& transaction) {
    const microseconds asked = steady_now();
    const core::Instant said = store::clock_store::now(transaction);
    const microseconds doubt = (steady_now() - asked) / 2;
    const microseconds found = said.time_since_epoch() - asked - doubt;
    const microseconds known = ahead;
    if (known == kNeverAsked || std::chrono::abs(found - known) > doubt) {
      ahead = found;
    }
    return said;
  });
}

microseconds clock_skew() { return wall_clock_now() - database_now(); }

}  // namespace vitrine

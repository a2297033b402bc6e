#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace vitrine::store {

struct PoolOptions {
  std::string database_url;  // libpq connection string or URI
  int size = 8;
  std::chrono::milliseconds acquire_timeout{1000};
  std::chrono::milliseconds statement_timeout{2000};
  std::chrono::milliseconds lock_timeout{500};
  std::string application_name = "vitrine";
  std::string session_settings = {};  // `-c name=value …`; the operator's own come before them
};

// Session settings under which rows are found one by one through indexes, whatever the tables'
// sizes or statistics were when a plan was made: a plan is kept for the life of the session, and
// one that was good for the empty tables of a new installation would be bad for full ones.
inline constexpr auto kPlansByIndexes =
    "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off -c enable_hashjoin=off "
    "-c enable_mergejoin=off -c enable_bitmapscan=off -c enable_material=off";

class Transaction;  // a running transaction; only the stores look inside (session.hpp)

// A bounded set of connections to PostgreSQL, opened on demand. A connection that broke is thrown
// away, never silently reactivated. Thread-safe.
class Pool {
 public:
  explicit Pool(PoolOptions options);
  ~Pool();

  struct Stats {
    int size, open, in_use, waiting;
    std::uint64_t opened_total, broken_total, acquire_timeouts_total;
    double wait_seconds_total;
  };
  Stats stats() const;

  // Grows when a session was opened at another server than the last one, or at another life of it,
  // and when a session ended by itself or warned of its COMMIT. After a failover or a crash the
  // primary may show what no standby was waited for: whoever reads from standbys looks anew.
  std::uint64_t incidents() const noexcept;

  class Lease;  // one connection, given back (or thrown away when broken) at the end of its life
  Lease acquire();  // throws unavailable or overloaded

 private:
  friend class Lease;
  struct State;
  std::shared_ptr<State> state_;
};

// Runs `body` in one transaction and commits. Only serialization failures and deadlocks are tried
// again, with the whole body, at most 3 times. Throws what `body` throws (rolled back),
// unavailable, timeout, or outcome_unknown when the answer to COMMIT was lost.
void run_in_transaction(Pool& pool, const std::function<void(Transaction&)>& body);

// Runs one statement in its own implicit transaction: no BEGIN, no COMMIT, one round trip. One that
// met a broken connection is tried once more on a fresh one.
void run_single(Pool& pool, const std::function<void(Transaction&)>& body);

template <class Body>
auto in_transaction(Pool& pool, Body body) {
  using Result = std::invoke_result_t<Body, Transaction&>;
  if constexpr (std::is_void_v<Result>) {
    run_in_transaction(pool, body);
  } else {
    std::optional<Result> result;
    run_in_transaction(pool, [&](Transaction& transaction) { result = body(transaction); });
    return std::move(*result);
  }
}

template <class Body>
auto single_read(Pool& pool, Body body) {
  std::optional<std::invoke_result_t<Body, Transaction&>> result;
  run_single(pool, [&](Transaction& transaction) { result = body(transaction); });
  return std::move(*result);
}

// For a statement that does no harm when it runs twice, since the answer to the first may be lost.
template <class Body>
auto single_repeatable_write(Pool& pool, Body body) {
  return single_read(pool, std::move(body));
}

}  // namespace vitrine::store

#include <atomic>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <thread>

#include "service/store/session.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using store::Transaction;
using test::fault_of;
using test::TestDatabase;

namespace {

std::int64_t backend_pid(Transaction& transaction) {
  return store::integer_of(transaction.run("SELECT pg_backend_pid() AS pid")[0]["pid"]);
}

void touch(store::Pool& pool) {
  store::in_transaction(pool, [](Transaction& transaction) {
    transaction.run("INSERT INTO workspace VALUES (gen_random_uuid(), gen_random_uuid()::text)");
  });
}

// While this lives, every COMMIT waits for a standby that is not there.
struct WaitingForNobody {
  explicit WaitingForNobody(const TestDatabase& given) : database(given) {
    database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    database.run("SELECT pg_reload_conf()");
  }
  ~WaitingForNobody() {
    database.run("ALTER SYSTEM RESET synchronous_standby_names");
    database.run("SELECT pg_reload_conf()");
  }
  WaitingForNobody(const WaitingForNobody&) = delete;
  WaitingForNobody& operator=(const WaitingForNobody&) = delete;
  const TestDatabase& database;
};

}  // namespace

TEST_CASE("a COMMIT whose wait for its standbys is cancelled is an unknown outcome") {
  TestDatabase database;
  store::Pool pool(database.options(1));
  const WaitingForNobody nobody(database);
  const std::uint64_t incidents = pool.incidents();
  std::atomic<bool> cancelled{false};
  std::thread operator_at_work([&] {
    while (database.count("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                          " WHERE datname = current_database() AND wait_event = 'SyncRep'") == 0) {
    }
    cancelled = true;
  });
  std::optional<ErrorCode> fault;
  while (!fault && !cancelled) {  // until the server has heard of its standby
    fault = fault_of([&] { touch(pool); });
  }
  operator_at_work.join();
  CHECK(fault == ErrorCode::outcome_unknown);
  CHECK(pool.incidents() > incidents);
}

TEST_CASE(
    "whoever reads from standbys learns when a session ended, and when the server is another") {
  TestDatabase database;
  store::Pool pool(database.options(1));
  const std::uint64_t before = pool.incidents();
  const std::int64_t pid = store::single_read(pool, backend_pid);
  const std::uint64_t opened = pool.incidents();
  CHECK(opened > before);
  touch(pool);
  CHECK(pool.incidents() == opened);
  database.run("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
  touch(pool);
  CHECK(pool.incidents() > opened);
}

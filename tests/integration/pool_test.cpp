#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>

#include "service/store/session.hpp"
#include "tests/support/postgres_cluster.hpp"
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

std::string setting(store::Pool& pool, const std::string& name) {
  return store::single_read(pool, [&](Transaction& transaction) {
    return store::text_of(transaction.run("SELECT current_setting($1) AS value", {name})[0][0]);
  });
}

std::chrono::milliseconds duration_of(const std::function<void()>& call) {
  const auto began = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               began);
}

// Ends a backend and waits until it is gone.
void terminate(const TestDatabase& database, std::int64_t pid) {
  database.run("SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
}

void touch(store::Pool& pool) {
  store::in_transaction(pool, [](Transaction& transaction) {
    transaction.run("INSERT INTO workspace VALUES (gen_random_uuid(), gen_random_uuid()::text)");
  });
}

// A name in the file system that a server may or may not stand behind.
struct SocketFolder {
  SocketFolder() { std::filesystem::remove(path); }
  ~SocketFolder() { std::filesystem::remove(path); }
  std::filesystem::path path = "/tmp/vitrine-socket-" + std::to_string(getpid());
};

}  // namespace

TEST_CASE("every session has limits, and reads values as the stores expect them") {
  TestDatabase database;
  store::Pool pool(database.options());
  CHECK(setting(pool, "statement_timeout") == "2s");
  CHECK(setting(pool, "lock_timeout") == "500ms");
  CHECK(setting(pool, "idle_in_transaction_session_timeout") == "5s");
  CHECK(setting(pool, "TimeZone") == "UTC");
  CHECK(setting(pool, "DateStyle").starts_with("ISO"));
  CHECK(setting(pool, "client_encoding") == "UTF8");
  CHECK(setting(pool, "application_name") == "vitrine");
}

TEST_CASE("what the operator's URL sets is kept, except what values are read by") {
  TestDatabase database;
  store::PoolOptions options = database.options();
  options.database_url +=
      " application_name=mine options='-c statement_timeout=77 -c TimeZone=CET'";
  store::Pool pool(options);
  CHECK(setting(pool, "statement_timeout") == "77ms");
  CHECK(setting(pool, "application_name") == "mine");
  CHECK(setting(pool, "TimeZone") == "UTC");
}

TEST_CASE("a URL that cannot be read is refused without being repeated") {
  try {
    store::Pool pool({.database_url = "host=here password=secret colour=blue"});
    FAIL("accepted");
  } catch (const std::invalid_argument& error) {
    CHECK_THAT(error.what(), !Catch::Matchers::Contains("secret"));
  }
}

TEST_CASE("a backend that ends within a transaction undoes it and is replaced") {
  TestDatabase database;
  store::Pool pool(database.options(1));
  std::int64_t first = 0;
  const auto fault = fault_of([&] {
    store::in_transaction(pool, [&](Transaction& transaction) {
      transaction.run("INSERT INTO workspace VALUES (gen_random_uuid(), 'lost')");
      first = backend_pid(transaction);
      terminate(database, first);
      transaction.run("INSERT INTO workspace VALUES (gen_random_uuid(), 'never')");
    });
  });
  CHECK(fault == ErrorCode::unavailable);
  CHECK(store::single_read(pool, backend_pid) != first);
  CHECK(database.count("SELECT count(*) FROM workspace") == 0);
  CHECK(pool.stats().broken_total == 1);
  CHECK(pool.stats().open == 1);
  CHECK(pool.stats().in_use == 0);
}

TEST_CASE("a backend that ended while idle is noticed before anything is asked of it") {
  TestDatabase database;
  store::Pool pool(database.options(1));
  terminate(database, store::single_read(pool, backend_pid));
  CHECK_FALSE(fault_of([&] { touch(pool); }));
  CHECK(pool.stats().broken_total == 1);
}

TEST_CASE("a read whose backend ends is asked once more on a fresh one") {
  TestDatabase database;
  store::Pool pool(database.options(1));
  int calls = 0;
  const auto answer = store::single_read(pool, [&](Transaction& transaction) {
    if (++calls == 1) {
      terminate(database, backend_pid(transaction));
    }
    return backend_pid(transaction);
  });
  CHECK(answer > 0);
  CHECK(calls == 2);
}

// A deferred trigger ends the backend when COMMIT has been sent.
TEST_CASE("a COMMIT whose answer is lost is an unknown outcome") {
  TestDatabase database;
  database.run(
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
      " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END$$;"
      "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON workspace DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION die()");
  store::Pool pool(database.options(1));
  CHECK(fault_of([&] { touch(pool); }) == ErrorCode::outcome_unknown);
  CHECK(pool.stats().open == 0);
}

TEST_CASE("an exception in a transaction undoes it and leaves the connection usable") {
  TestDatabase database;
  store::Pool pool(database.options(1));
  CHECK_THROWS_AS(store::in_transaction(pool,
                                        [](Transaction& transaction) {
                                          transaction.run(
                                              "INSERT INTO workspace VALUES (gen_random_uuid(), "
                                              "'x')");
                                          throw std::out_of_range("mine");
                                        }),
                  std::out_of_range);
  CHECK(database.count("SELECT count(*) FROM workspace") == 0);
  CHECK_FALSE(fault_of([&] { touch(pool); }));
  CHECK(pool.stats().opened_total == 1);
}

TEST_CASE("when every connection is busy the wait is bounded and ends with overloaded") {
  TestDatabase database;
  store::PoolOptions options = database.options(1);
  options.acquire_timeout = std::chrono::milliseconds(100);
  store::Pool pool(options);
  auto lease = pool.acquire();
  const auto took =
      duration_of([&] { CHECK(fault_of([&] { pool.acquire(); }) == ErrorCode::overloaded); });
  CHECK(took >= std::chrono::milliseconds(95));
  CHECK(took < std::chrono::seconds(2));
  CHECK(pool.stats().acquire_timeouts_total == 1);
  CHECK(pool.stats().wait_seconds_total > 0.09);
}

TEST_CASE("a slow statement and a held lock both end as timeout, and the connection goes on") {
  TestDatabase database;
  store::PoolOptions options = database.options(2);
  options.statement_timeout = std::chrono::milliseconds(100);
  options.lock_timeout = std::chrono::milliseconds(50);
  store::Pool pool(options);
  CHECK(fault_of([&] {
          store::single_read(pool, [](Transaction& transaction) {
            return transaction.run("SELECT pg_sleep(5)").size();
          });
        }) == ErrorCode::timeout);
  store::in_transaction(pool, [&](Transaction& holder) {
    holder.run("LOCK TABLE workspace");
    CHECK(fault_of([&] { touch(pool); }) == ErrorCode::timeout);
  });
  CHECK_FALSE(fault_of([&] { touch(pool); }));
  CHECK(pool.stats().broken_total == 0);
}

// A stopped backend is as silent as a frozen server: its socket stays open and nothing comes.
TEST_CASE("a server that never answers is given up in time", "[threads]") {
  TestDatabase database;
  store::PoolOptions options = database.options(1);
  options.statement_timeout = std::chrono::milliseconds(100);
  store::Pool pool(options);
  const auto stop = [](Transaction& transaction) {
    const auto pid = static_cast<pid_t>(backend_pid(transaction));
    REQUIRE(kill(pid, SIGSTOP) == 0);
    return pid;
  };
  pid_t stopped = 0;
  std::optional<ErrorCode> fault;
  const auto in_body = duration_of([&] {
    fault = fault_of([&] {
      store::run_in_transaction(pool, [&](Transaction& transaction) {
        stopped = stop(transaction);
        transaction.run("SELECT 1");
      });
    });
  });
  kill(stopped, SIGCONT);
  CHECK(fault == ErrorCode::timeout);
  CHECK(in_body < std::chrono::seconds(2));

  const auto in_commit = duration_of([&] {
    fault = fault_of([&] {
      store::run_in_transaction(pool,
                                [&](Transaction& transaction) { stopped = stop(transaction); });
    });
  });
  kill(stopped, SIGCONT);
  CHECK(fault == ErrorCode::outcome_unknown);
  CHECK(in_commit < std::chrono::seconds(2));
  CHECK_FALSE(fault_of([&] { touch(pool); }));
  CHECK(pool.stats().broken_total == 2);
}

TEST_CASE("a limit in the operator's URL is the one that counts") {
  TestDatabase database;
  store::PoolOptions options = database.options(1);
  options.statement_timeout = std::chrono::milliseconds(100);
  options.database_url += " options='-c statement_timeout=5000'";
  store::Pool pool(options);
  CHECK_FALSE(fault_of([&] {
    store::single_read(pool, [](Transaction& transaction) {
      return transaction.run("SELECT pg_sleep(1)").size();
    });
  }));
}

TEST_CASE("a transaction that takes its time is not given up") {
  TestDatabase database;
  store::PoolOptions options = database.options(1);
  options.statement_timeout = std::chrono::milliseconds(100);
  store::Pool pool(options);
  CHECK_FALSE(fault_of([&] {
    store::run_in_transaction(pool, [](Transaction& transaction) {
      transaction.run("SELECT set_config('statement_timeout', '0', true)");
      transaction.take_your_time();
      transaction.run("SELECT pg_sleep(1)");
    });
  }));
}

// Each of two threads locks one row and then asks for the other's.
TEST_CASE("a deadlock is retried, and both transactions take effect once", "[threads]") {
  TestDatabase database;
  database.run(
      "CREATE TABLE counter (id integer PRIMARY KEY, value integer);"
      "INSERT INTO counter VALUES (0, 0), (1, 0)");
  store::PoolOptions options = database.options(2);
  options.database_url += " options='-c deadlock_timeout=20ms'";
  store::Pool pool(options);
  std::atomic<int> first_locks{0}, runs{0};
  const int failures = test::failures_together(2, [&](int number) {
    store::in_transaction(pool, [&](Transaction& transaction) {
      ++runs;
      const auto add = [&](int id) {
        transaction.run("UPDATE counter SET value = value + 1 WHERE id = $1", {id});
      };
      add(number);
      ++first_locks;
      while (first_locks < 2) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      add(1 - number);
    });
  });
  CHECK(failures == 0);
  CHECK(runs > 2);
  CHECK(database.run("SELECT string_agg(value::text, ',') FROM counter") == "2,2");
}

TEST_CASE("a database that is down at the start is unavailable at once, and used when it is up") {
  TestDatabase database;
  SocketFolder folder;
  store::PoolOptions options = database.options();
  const std::string real = test::shared_cluster().socket_folder();
  options.database_url.replace(options.database_url.find(real), real.size(), folder.path.string());
  store::Pool pool(options);
  for (int attempt = 0; attempt < 3; ++attempt) {
    CHECK(fault_of([&] { touch(pool); }) == ErrorCode::unavailable);
  }
  CHECK(pool.stats().open == 0);
  std::filesystem::create_directory_symlink(real, folder.path);
  const auto took = duration_of([&] {
    while (fault_of([&] { touch(pool); })) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  CHECK(took < std::chrono::seconds(2));
}

// A socket that accepts and never answers: each connect costs libpq's timeout.
TEST_CASE("a database known to be dead holds one thread, not all of them", "[threads]") {
  SocketFolder folder;
  std::filesystem::create_directory(folder.path);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = folder.path / ".s.PGSQL.5432";
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(listener, 100) == 0);

  store::Pool pool(
      {.database_url = "host=" + folder.path.string() + " user=x dbname=x connect_timeout=2"});
  CHECK(fault_of([&] { touch(pool); }) == ErrorCode::unavailable);
  std::atomic<int> slow{0};
  test::failures_together(8, [&](int) {
    const auto took = duration_of([&] { fault_of([&] { touch(pool); }); });
    slow += took > std::chrono::seconds(1) ? 1 : 0;
  });
  CHECK(slow <= 1);
  close(listener);
  std::filesystem::remove(name);
}

TEST_CASE("a restarted database is used again without a restart of ours", "[threads]") {
  TestDatabase database;
  store::Pool pool(database.options(4));
  test::failures_together(4, [&](int) { touch(pool); });
  test::shared_cluster().stop();
  CHECK(fault_of([&] { touch(pool); }) == ErrorCode::unavailable);
  test::shared_cluster().start();
  const auto took = duration_of([&] {
    while (fault_of([&] { touch(pool); })) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  CHECK(took < std::chrono::seconds(3));
  CHECK(test::failures_together(4, [&](int) { touch(pool); }) == 0);
}

TEST_CASE("a text with NUL is refused instead of being cut") {
  const std::string cut("a\0b", 3);
  CHECK_THROWS_AS(store::Parameter(cut), std::invalid_argument);
  CHECK_THROWS_AS(store::Parameter(std::string(cut)), std::invalid_argument);
}

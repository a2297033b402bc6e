#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "service/store/migrations.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using Catch::Matchers::Contains;
using test::TestDatabase;

namespace {

void ignore(const std::string&) {}

std::string refusal_of(store::Pool& pool, const std::vector<store::Migration>& migrations) {
  try {
    store::migrate(pool, migrations, ignore);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

const std::vector<store::Migration> kTwo = {
    {1, "0001_first", "CREATE TABLE first (id integer); CREATE TABLE more (id integer);"},
    {2, "0002_second", "CREATE TABLE second (id integer);"}};

}  // namespace

TEST_CASE("migrating an empty database makes exactly the schema that the program needs") {
  TestDatabase database(TestDatabase::Schema::none);
  store::Pool pool(database.options());
  CHECK_THAT(store::schema_fault(pool), Contains("run `vitrine migrate`"));

  std::vector<std::string> sentences;
  store::migrate(pool, [&](const std::string& sentence) { sentences.push_back(sentence); });

  CHECK(store::schema_fault(pool).empty());
  CHECK(sentences.size() == store::embedded_migrations().size() + 1);
  CHECK(sentences.back() == "The database schema is up to date.");
}

TEST_CASE("migrating twice changes nothing the second time") {
  TestDatabase database;
  store::Pool pool(database.options());
  const std::string before = database.run("SELECT max(applied_at) FROM schema_migration");
  store::migrate(pool, ignore);
  CHECK(database.run("SELECT max(applied_at) FROM schema_migration") == before);
}

TEST_CASE("embedded migrations count from 1 without a gap") {
  int expected = 0;
  for (const store::Migration& migration : store::embedded_migrations()) {
    CHECK(migration.version == ++expected);
    CHECK(std::stoi(std::string(migration.name.substr(0, 4))) == expected);
  }
  CHECK(expected > 0);
}

// Eight migrators with a pool each meet in an empty database.
TEST_CASE("migrators that start together apply each migration once", "[threads]") {
  TestDatabase database(TestDatabase::Schema::none);
  std::atomic<int> applied{0};
  const int failures = test::failures_together(8, [&](int) {
    store::Pool pool(database.options(1));
    store::migrate(pool, kTwo, [&](const std::string& sentence) {
      applied += sentence.starts_with("Applied") ? 1 : 0;
    });
  });
  CHECK(failures == 0);
  CHECK(applied == 2);
  CHECK(database.count("SELECT count(*) FROM schema_migration") == 2);
}

TEST_CASE("a migration that was changed after it was applied is refused by name") {
  TestDatabase database(TestDatabase::Schema::none);
  store::Pool pool(database.options());
  store::migrate(pool, kTwo, ignore);
  auto changed = kTwo;
  changed[0].sql = "CREATE TABLE first (id bigint);";
  changed.push_back({3, "0003_third", "CREATE TABLE third (id integer);"});
  CHECK_THAT(refusal_of(pool, changed), Contains("0001_first") && Contains("checksum"));
  CHECK(database.run("SELECT to_regclass('third')").empty());
}

TEST_CASE("a schema newer than the program is refused, by migrate and by serve") {
  TestDatabase database;
  store::Pool pool(database.options());
  database.run("INSERT INTO schema_migration (version, name, checksum) VALUES (9999, 'x', 'y')");
  CHECK_THAT(refusal_of(pool, store::embedded_migrations()), Contains("newer than this program"));
  CHECK_THAT(store::schema_fault(pool), Contains("newer than this program"));
}

TEST_CASE("a schema older than the program is refused by serve and mended by migrate") {
  TestDatabase database(TestDatabase::Schema::none);
  store::Pool pool(database.options());
  store::migrate(pool, {kTwo[0]}, ignore);
  CHECK(database.count("SELECT count(*) FROM schema_migration") == 1);
  store::migrate(pool, kTwo, ignore);
  CHECK(database.count("SELECT count(*) FROM schema_migration") == 2);
  CHECK(database.run("SELECT to_regclass('second')") == "second");
}

TEST_CASE("a migration that fails leaves nothing of itself behind") {
  TestDatabase database(TestDatabase::Schema::none);
  store::Pool pool(database.options());
  auto broken = kTwo;
  broken[1].sql = "CREATE TABLE second (id integer); SELECT 1 / 0;";
  CHECK_FALSE(refusal_of(pool, broken).empty());
  CHECK(database.run("SELECT to_regclass('second')").empty());
  CHECK(database.count("SELECT count(*) FROM schema_migration") == 1);
}

TEST_CASE("asking a database that is away for its schema says unavailable") {
  store::Pool pool({.database_url = "host=/nowhere dbname=x user=x"});
  CHECK(test::fault_of([&] { store::schema_fault(pool); }) == core::ErrorCode::unavailable);
}

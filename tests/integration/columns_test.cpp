#include "service/store/columns.hpp"

#include <catch2/catch.hpp>

#include "service/store/session.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;

namespace {

pqxx::result ask(store::Pool& pool, const char* sql,
                 std::initializer_list<store::Parameter> parameters) {
  return store::single_read(
      pool, [&](store::Transaction& transaction) { return transaction.run(sql, parameters); });
}

}  // namespace

TEST_CASE("an instant goes to PostgreSQL and back to the microsecond") {
  test::TestDatabase database;
  store::Pool pool(database.options(1));
  for (const char* text : {"1970-01-01T00:00:00Z", "2026-11-21T05:22:57.123Z",
                           "9999-12-31T23:59:59.999Z", "2024-02-29T12:00:00.500Z"}) {
    for (const int extra : {0, 1, 10, 456}) {
      const core::Instant instant = *core::parse_rfc3339(text) + std::chrono::microseconds(extra);
      const auto rows = ask(pool, "SELECT $1::timestamptz AS at", {instant});
      CHECK(store::instant_of(rows[0]["at"]) == instant);
    }
  }
}

TEST_CASE("texts keep quotes, backslashes and braces inside an array") {
  test::TestDatabase database;
  store::Pool pool(database.options(1));
  const std::vector<std::string> texts = {"", "NULL", "a\"b", "c\\d", "{e,f}", "g'h", "ü\n"};
  const std::vector<std::optional<std::string>> elements(texts.begin(), texts.end());
  const auto rows = ask(pool, "SELECT $1::text[] AS texts, array_length($1::text[], 1) AS length",
                        {store::array_text(elements)});
  CHECK(store::texts_of(rows[0]["texts"]) == texts);
  CHECK(store::integer_of(rows[0]["length"]) == 7);
}

TEST_CASE("a value of another type than expected is a defect, not a zero") {
  test::TestDatabase database;
  store::Pool pool(database.options(1));
  const auto rows = ask(pool, "SELECT 'x' AS word, NULL AS nothing", {});
  CHECK_THROWS_AS(store::integer_of(rows[0]["word"]), std::logic_error);
  CHECK_THROWS_AS(store::integer_of(rows[0]["nothing"]), std::logic_error);
  CHECK_THROWS_AS(store::instant_of(rows[0]["word"]), std::logic_error);
  CHECK_THROWS_AS(store::uuid_of(rows[0]["word"]), std::logic_error);
}

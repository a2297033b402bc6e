#include "tests/support/test_database.hpp"

#include "service/store/migrations.hpp"
#include "tests/support/postgres_cluster.hpp"

// Debian's libpqxx 6.4 loses the result (2 KiB) of a statement whose session ended under it. Read
// by LeakSanitizer; unused otherwise.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6.4"; }  // NOLINT

namespace vitrine::test {
namespace {

constexpr auto kTemplate = "vitrine_template";

// Migrating once and copying is faster than migrating for each case.
void make_template_once() {
  static const bool made = [] {
    shared_cluster().run("postgres", std::string("CREATE DATABASE ") + kTemplate);
    store::Pool pool({.database_url = shared_cluster().url(kTemplate), .size = 1});
    store::migrate(pool, [](const std::string&) {});
    return true;
  }();
  static_cast<void>(made);
}

std::string next_name() {
  static int number = 0;
  return "vitrine_case_" + std::to_string(++number);
}

}  // namespace

TestDatabase::TestDatabase(Schema schema) : name_(next_name()) {
  std::string sql = "CREATE DATABASE " + name_;
  if (schema == Schema::migrated) {
    make_template_once();
    sql += std::string(" TEMPLATE ") + kTemplate;
  }
  shared_cluster().run("postgres", sql);
}

TestDatabase::~TestDatabase() {
  try {
    shared_cluster().run("postgres", "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The cluster goes with the process, and the database with it.
  }
}

std::string TestDatabase::url() const { return shared_cluster().url(name_); }

store::PoolOptions TestDatabase::options(int size) const {
  return {.database_url = url(), .size = size};
}

std::string TestDatabase::run(const std::string& sql) const {
  return shared_cluster().run(name_, sql);
}

}  // namespace vitrine::test

#include "service/store/migrations.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <stdexcept>

#include "service/core/crypto.hpp"
#include "service/core/error.hpp"
#include "service/embedded_file.hpp"
#include "service/store/session.hpp"

namespace vitrine::store {
namespace {

// Which migrations a database has had, by version.
using Applied = std::map<int, std::string>;  // version -> checksum

std::string checksum_of(const Migration& migration) {
  return core::hex_encode(core::sha256(core::bytes_of(migration.sql)));
}

// A transaction-level lock, because PgBouncer may give the next transaction another session. It is
// taken before the table is made: CREATE TABLE IF NOT EXISTS is not safe against itself.
constexpr auto kLock = R"sql(/* migrations.lock */
SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
       pg_advisory_xact_lock(8531204417))sql";

// Whoever waits for us waits for the whole migration, but the migration itself waits for others'
// locks only shortly: the queue that forms behind it would stop the service.
constexpr auto kLimitLocks = R"sql(/* migrations.limit_locks */
SELECT set_config('lock_timeout', '5s', true))sql";

constexpr auto kMakeTable = R"sql(/* migrations.make_table */
CREATE TABLE IF NOT EXISTS schema_migration (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
))sql";

constexpr auto kTableExists = R"sql(/* migrations.table_exists */
SELECT to_regclass('schema_migration') IS NOT NULL AS made)sql";

constexpr auto kApplied = R"sql(/* migrations.applied */
SELECT version, checksum FROM schema_migration ORDER BY version)sql";

constexpr auto kRecord = R"sql(/* migrations.record */
INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3))sql";

Applied read_applied(Transaction& transaction) {
  Applied applied;
  if (!flag_of(transaction.run(kTableExists)[0]["made"])) {
    return applied;
  }
  for (const auto& row : transaction.run(kApplied)) {
    applied.emplace(static_cast<int>(integer_of(row["version"])), text_of(row["checksum"]));
  }
  return applied;
}

// Empty, or why this program must not touch or use a schema that has had `applied`.
std::string incompatibility(const Applied& applied, const std::vector<Migration>& migrations) {
  for (const Migration& migration : migrations) {
    const auto row = applied.find(migration.version);
    if (row != applied.end() && row->second != checksum_of(migration)) {
      return "Migration " + std::string(migration.name) +
             " was changed after it had been applied to this database: its checksum differs. Use "
             "the program that the database was migrated with, or write a new migration.";
    }
  }
  const int newest = applied.empty() ? 0 : applied.rbegin()->first;
  const int known = migrations.empty() ? 0 : migrations.back().version;
  if (newest > known) {
    return "The database schema is newer than this program: it has migration " +
           std::to_string(newest) + " and this program knows up to " + std::to_string(known) +
           ". Use the newer program.";
  }
  return "";
}

// Applies the first migration that is missing. Nothing when none is.
std::optional<std::string> apply_next(Transaction& transaction,
                                      const std::vector<Migration>& migrations) {
  transaction.take_your_time();
  transaction.run(kLock);
  transaction.run(kMakeTable);
  const Applied applied = read_applied(transaction);
  if (const std::string fault = incompatibility(applied, migrations); !fault.empty()) {
    throw std::runtime_error(fault);
  }
  for (const Migration& migration : migrations) {
    if (!applied.contains(migration.version)) {
      transaction.run(kLimitLocks);
      transaction.run_script(std::string(migration.sql));
      transaction.run(kRecord, {migration.version, migration.name, checksum_of(migration)});
      return "Applied migration " + std::string(migration.name) + ".";
    }
  }
  return std::nullopt;
}

Migration migration_of(const EmbeddedFile& file) {
  const std::string_view name = file.name.substr(0, file.name.rfind('.'));
  int version = 0;
  std::from_chars(name.data(), name.data() + name.size(), version);
  return {version, name, file.content};
}

}  // namespace

const std::vector<Migration>& embedded_migrations() {
  static const std::vector<Migration> migrations = [] {
    std::vector<Migration> found;
    for (const EmbeddedFile& file : embedded_schema()) {
      found.push_back(migration_of(file));
    }
    return found;
  }();
  return migrations;
}

void migrate(Pool& pool, const std::function<void(const std::string&)>& report) {
  migrate(pool, embedded_migrations(), report);
}

void migrate(Pool& pool, const std::vector<Migration>& migrations,
             const std::function<void(const std::string&)>& report) {
  for (;;) {
    const auto step = in_transaction(
        pool, [&](Transaction& transaction) { return apply_next(transaction, migrations); });
    if (!step) {
      report("The database schema is up to date.");
      return;
    }
    report(*step);
  }
}

std::string schema_fault(Pool& pool) {
  const std::vector<Migration>& migrations = embedded_migrations();
  const Applied applied =
      in_transaction(pool, [](Transaction& transaction) { return read_applied(transaction); });
  if (std::string fault = incompatibility(applied, migrations); !fault.empty()) {
    return fault;
  }
  if (applied.empty()) {
    return "The database has no schema yet: run `vitrine migrate`.";
  }
  if (applied.size() < migrations.size()) {
    return "The database schema is older than this program: run `vitrine migrate`.";
  }
  return "";
}

}  // namespace vitrine::store

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::store {

class Pool;

// One file of `schema/`, embedded in the binary by CMake.
struct Migration {
  int version;
  std::string_view name;  // "0001_foundation"
  std::string_view sql;
};
const std::vector<Migration>& embedded_migrations();

// Brings the schema up to date: forward only, one transaction each, under an advisory lock, so that
// two at once are safe. `report` gets a sentence per step. Throws std::runtime_error with a
// sentence for the operator when an applied migration's checksum differs, or the schema is newer
// than this program.
void migrate(Pool& pool, const std::function<void(const std::string&)>& report);

// The same with other migrations than the embedded ones; versions count from 1 without a gap.
void migrate(Pool& pool, const std::vector<Migration>& migrations,
             const std::function<void(const std::string&)>& report);

// Empty when the schema is exactly what this program needs, else a sentence that says what to do.
// Throws core::Error unavailable when the database cannot be asked.
std::string schema_fault(Pool& pool);

}  // namespace vitrine::store

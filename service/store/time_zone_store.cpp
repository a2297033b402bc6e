#include "service/store/time_zone_store.hpp"

#include <mutex>
#include <set>

#include "service/store/session.hpp"

namespace vitrine::store::time_zone_store {
namespace {

using Names = std::set<std::string, std::less<>>;

}  // namespace

constexpr auto kNames = R"sql(/* time_zone_store.names */
SELECT name FROM pg_timezone_names)sql";

static Names names(Transaction& transaction) {
  Names found;
  for (const auto& row : transaction.run(kNames)) {
    found.insert(text_of(row["name"]));
  }
  return found;
}

bool is_known(Transaction& transaction, const std::string& name) {
  static std::mutex mutex;
  static Names known;  // never empty once they were asked for
  const std::lock_guard lock(mutex);
  if (known.empty()) {
    known = names(transaction);
  }
  return known.contains(name);
}

}  // namespace vitrine::store::time_zone_store

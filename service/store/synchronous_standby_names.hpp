#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::store {

// What the setting `synchronous_standby_names` says (PostgreSQL 15, 20.6.2): for how many of which
// standbys a COMMIT waits.
struct SynchronousStandbys {
  int waited_for;
  std::vector<std::string> names;  // candidates, as they are written

  // As PostgreSQL compares them: without regard to the case of ASCII letters.
  bool names_standby(std::string_view name) const;

  // No COMMIT is acknowledged before every one of them: no wildcard, nobody spare, nobody twice.
  bool waits_for_all() const;
};

// Nothing when it is empty or not what PostgreSQL would take.
std::optional<SynchronousStandbys> parse_synchronous_standby_names(std::string_view setting);

bool same_standby_name(std::string_view a, std::string_view b);

}  // namespace vitrine::store

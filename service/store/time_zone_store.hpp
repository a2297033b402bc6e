#pragma once

#include <string>

#include "service/store/pool.hpp"

namespace vitrine::store::time_zone_store {

// Whether PostgreSQL knows a time zone of this very name. It looks through a folder for all of
// them, which takes some 50 ms: the first call of the process asks, and the others are told at
// once.
bool is_known(Transaction& transaction, const std::string& name);

}  // namespace vitrine::store::time_zone_store

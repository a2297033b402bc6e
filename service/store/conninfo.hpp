#pragma once

#include <string>

#include "service/store/pool.hpp"

namespace vitrine::store {

// The libpq connection string that the pool uses: the operator's URL with every limit that libpq
// and PostgreSQL leave open by default (connect, dead peer, statement, lock, idle transaction). A
// limit that the URL sets itself is kept. Time zone, date style and encoding are always ours,
// because values are read as text. Throws std::invalid_argument with a sentence for the operator
// when the URL cannot be read; the sentence never holds the URL, which may hold a password.
std::string complete_conninfo(const PoolOptions& options);

}  // namespace vitrine::store

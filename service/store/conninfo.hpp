#pragma once

#include <string>
#include <vector>

#include "service/store/pool.hpp"

namespace vitrine::store {

// The libpq connection string that the pool uses: the operator's URL with every limit that libpq
// and PostgreSQL leave open by default (connect, dead peer, statement, lock, idle transaction). A
// limit that the URL sets itself is kept. Time zone, date style and encoding are always ours,
// because values are read as text, and so is that warnings are heard: one may qualify a COMMIT.
// Throws std::invalid_argument with a sentence for the operator when the URL cannot be read; the
// sentence never holds the URL, which may hold a password.
std::string complete_conninfo(const PoolOptions& options);

// One of the servers that a URL names: `host:port` for people, and what connects to it alone, and
// only while it is a standby.
struct StandbyConninfo {
  std::string name, database_url;
};

// Each server of a URL that may name several. Throws as complete_conninfo does.
std::vector<StandbyConninfo> standbys_of(const std::string& read_url);

// The name under which a standby's WAL receiver, which connected so, streams. Throws likewise.
std::string streaming_name(const std::string& receiver_conninfo);

}  // namespace vitrine::store

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vitrine::store::replication_store {

// A position in the WAL: bytes since its beginning.
using WalPosition = std::int64_t;

// A server that streams from the primary, as the primary sees it.
struct Receiver {
  std::string name;
  bool streams;     // caught up once, and follows
  bool waited_for;  // by each COMMIT
};

struct PrimaryFacts {
  std::string system_identifier;
  std::string synchronous_commit;  // of sessions that are opened as ours are
  bool holds_for_all_sessions;     // not only for those opened since it was set
  std::string synchronous_standby_names;
  bool may_look;  // this role may read who streams
  std::vector<Receiver> receivers;
  // The end of the last record that is known to be on disk. What was acknowledged is before it.
  WalPosition flushed;
};

struct StandbyFacts {
  bool in_recovery;
  std::string system_identifier;
  bool may_look;
  bool receives;     // WAL streams in
  std::string name;  // under which it streams; empty when that cannot be told
  WalPosition replayed;
};

// Asks one server again and again how it replicates, over a session of its own that is opened when
// it is needed. Every call ends within seconds, even if the server never answers. One thread at a
// time. Throws what pqxx throws, and asks anew the next time.
class Observer {
 public:
  explicit Observer(const std::string& database_url);
  ~Observer();

  PrimaryFacts primary();
  StandbyFacts standby();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitrine::store::replication_store

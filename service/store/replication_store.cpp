#include "service/store/replication_store.hpp"

#include <exception>
#include <optional>
#include <stdexcept>

#include "service/store/conninfo.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::replication_store {
namespace {

using std::chrono::milliseconds;

// How long a server may take to answer one question.
constexpr milliseconds kAnswer{1000};

PoolOptions options_of(const std::string& database_url) {
  PoolOptions options;
  options.database_url = database_url;
  options.statement_timeout = kAnswer;
  options.application_name = "vitrine watch";
  return options;
}

// Asked before the position, so that whatever was acknowledged without one of them lies before it.
constexpr auto kReceivers = R"sql(/* replication_store.receivers */
SELECT application_name, COALESCE(state = 'streaming', false) AS streams,
       COALESCE(sync_state IN ('sync', 'quorum'), false) AS waited_for
FROM pg_stat_replication)sql";

// A value from a file or a client's options holds for every session of ours; one that is given to a
// role or a database only for those opened since. The WAL is also written out by whole pages: such
// an end may lie within a record, which no standby can replay before the rest of it comes.
constexpr auto kPrimary = R"sql(/* replication_store.primary */
SELECT (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
       setting AS synchronous_commit,
       source NOT IN ('user', 'database', 'database user') AS holds_for_all_sessions,
       current_setting('synchronous_standby_names') AS synchronous_standby_names,
       pg_has_role('pg_read_all_stats', 'USAGE') AS may_look,
       wal.flushed, wal.flushed % current_setting('wal_block_size')::bigint = 0 AS at_page_end
FROM pg_settings,
     (SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint AS flushed) AS wal
WHERE name = 'synchronous_commit')sql";

constexpr auto kStandby = R"sql(/* replication_store.standby */
SELECT pg_is_in_recovery() AS in_recovery,
       (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
       pg_has_role('pg_read_all_stats', 'USAGE') AS may_look,
       (SELECT conninfo FROM pg_stat_wal_receiver WHERE status = 'streaming') AS receiver_conninfo,
       COALESCE(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint AS replayed)sql";

std::vector<Receiver> receivers_of(const pqxx::result& rows) {
  std::vector<Receiver> receivers;
  for (const auto& row : rows) {
    receivers.push_back(
        {text_of(row["application_name"]), flag_of(row["streams"]), flag_of(row["waited_for"])});
  }
  return receivers;
}

std::string name_of_receiver(const std::string& conninfo) {
  try {
    return streaming_name(conninfo);
  } catch (const std::invalid_argument&) {
    return "";  // PostgreSQL shows it without quotation marks, so a space breaks it
  }
}

}  // namespace

struct Observer::State {
  explicit State(const std::string& database_url)
      : conninfo(complete_conninfo(options_of(database_url))), watchdog(kAnswer) {}

  // Asks over the session there is, or a new one; a session at fault is thrown away.
  template <class Ask>
  auto ask(Ask questions) {
    try {
      if (!connection) {
        connection = std::make_unique<Connection>(conninfo, watchdog);
      }
      pqxx::nontransaction work(connection->link());
      Transaction transaction(work, connection->watched());
      return questions(transaction);
    } catch (const std::exception&) {
      connection.reset();
      throw;
    }
  }

  const std::string conninfo;
  Watchdog watchdog;  // outlives the connection
  std::unique_ptr<Connection> connection;
  std::optional<WalPosition> last_record_end;
};

Observer::Observer(const std::string& database_url)
    : state_(std::make_unique<State>(database_url)) {}

Observer::~Observer() = default;

PrimaryFacts Observer::primary() {
  return state_->ask([this](Transaction& transaction) {
    std::vector<Receiver> receivers = receivers_of(transaction.run(kReceivers));
    const pqxx::row row = transaction.run(kPrimary)[0];
    const WalPosition flushed = integer_of(row["flushed"]);
    if (!flag_of(row["at_page_end"]) || !state_->last_record_end) {
      state_->last_record_end = flushed;
    }
    return PrimaryFacts{.system_identifier = text_of(row["system_identifier"]),
                        .synchronous_commit = text_of(row["synchronous_commit"]),
                        .holds_for_all_sessions = flag_of(row["holds_for_all_sessions"]),
                        .synchronous_standby_names = text_of(row["synchronous_standby_names"]),
                        .may_look = flag_of(row["may_look"]),
                        .receivers = std::move(receivers),
                        .flushed = *state_->last_record_end};
  });
}

StandbyFacts Observer::standby() {
  return state_->ask([](Transaction& transaction) {
    const pqxx::row row = transaction.run(kStandby)[0];
    const auto conninfo = if_present(row["receiver_conninfo"], text_of);
    return StandbyFacts{.in_recovery = flag_of(row["in_recovery"]),
                        .system_identifier = text_of(row["system_identifier"]),
                        .may_look = flag_of(row["may_look"]),
                        .receives = conninfo.has_value(),
                        .name = conninfo ? name_of_receiver(*conninfo) : "",
                        .replayed = integer_of(row["replayed"])};
  });
}

}  // namespace vitrine::store::replication_store

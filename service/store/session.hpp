#pragma once

#include <initializer_list>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "service/store/columns.hpp"
#include "service/store/pool.hpp"
#include "service/store/watchdog.hpp"

// What stands behind pool.hpp. Only the stores include this.
namespace vitrine::store {

// Counts what the server says besides answering. libpq would print it to standard error.
class Notices final : public pqxx::errorhandler {
 public:
  explicit Notices(pqxx::connection& link) : errorhandler(link) {}
  bool operator()(const char[]) noexcept override {
    ++heard_;
    return false;
  }
  int heard() const { return heard_; }

 private:
  int heard_ = 0;
};

// One session with PostgreSQL. One thread at a time.
class Connection {
 public:
  Connection(const std::string& conninfo, Watchdog& watchdog);  // throws what pqxx throws

  // False when the server closed an idle session or said something unasked (it only ever
  // announces its end): found without a round trip.
  bool seems_alive() const;

  pqxx::connection& link() { return link_; }
  Watchdog::Session& watched() { return watched_; }
  const Notices& notices() const { return notices_; }

  // Tells one life of one primary from any other: its timeline and when it was started.
  const std::string& server() const { return server_; }

 private:
  pqxx::connection link_;
  Notices notices_;
  std::string server_;
  Watchdog::Session watched_;  // ends before the socket does
};

class Pool::Lease {
 public:
  Lease(std::shared_ptr<State> state, std::unique_ptr<Connection> connection, bool fresh)
      : state_(std::move(state)), connection_(std::move(connection)), fresh_(fresh) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

  pqxx::connection& link() { return connection_->link(); }
  Watchdog::Session& watched() { return connection_->watched(); }
  const Notices& notices() const { return connection_->notices(); }
  bool fresh() const { return fresh_; }        // opened for this lease
  void discard() noexcept { broken_ = true; }  // do not use the connection again

 private:
  std::shared_ptr<State> state_;
  std::unique_ptr<Connection> connection_;
  bool fresh_;
  bool broken_ = false;
};

// A running transaction, as the stores see it.
class Transaction {
 public:
  Transaction(pqxx::transaction_base& work, Watchdog::Session& watched)
      : work_(work), watched_(watched) {}

  // Runs one statement. Parameters travel apart from the SQL and in the unnamed statement, which
  // PostgreSQL plans for the values at hand, so `$2 IS NULL OR ...` costs nothing.
  pqxx::result run(const char* sql, std::initializer_list<Parameter> parameters = {});
  pqxx::result run(const char* sql, const std::vector<Parameter>& parameters);

  // The same for what every request asks: parsed and planned once in the life of a connection,
  // under `name`. Only for a statement whose best plan is the same for all values.
  pqxx::result run_prepared(const char* name, const char* sql,
                            std::initializer_list<Parameter> parameters);

  // Runs several statements without parameters: a migration.
  void run_script(const std::string& sql);

  // From here to its end this transaction may take as long as it needs.
  void take_your_time() { watched_.lift(); }

 private:
  pqxx::transaction_base& work_;
  Watchdog::Session& watched_;
};

}  // namespace vitrine::store

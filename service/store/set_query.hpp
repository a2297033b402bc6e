#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "service/store/binary.hpp"
#include "service/store/read_session.hpp"

// What stands behind read_session.hpp. Only the stores include this.
namespace vitrine::store {

struct ReadSession::State {
  std::unique_ptr<PGconn, decltype(&PQfinish)> link{nullptr, &PQfinish};
  std::chrono::milliseconds patience{};
  std::set<std::string, std::less<>> prepared;
};

// The rows of an answer. Texts that are read from them live as long as this does.
class BinaryRows {
 public:
  explicit BinaryRows(PGresult* result) : result_(result, &PQclear) {}

  int size() const { return PQntuples(result_.get()); }
  ExecStatusType status() const { return PQresultStatus(result_.get()); }
  std::string sqlstate() const;  // of an error; empty when it did not come from the server
  BinaryValue at(int row, int column) const;

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

// Runs a statement that is parsed and planned once in the life of the session, under `name`. Each
// parameter is one array in binary. Throws unavailable when the session ended, and timeout when
// there was no answer in time; what the server said stays nested, for the log.
BinaryRows run_set(ReadSession& session, const char* name, const char* sql,
                   std::span<const BinaryArray> parameters);

}  // namespace vitrine::store

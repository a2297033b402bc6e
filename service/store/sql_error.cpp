#include "service/store/sql_error.hpp"

#include <array>

namespace vitrine::store {
namespace {

using core::ErrorCode;

struct Row {
  std::string_view sqlstate;  // a whole SQLSTATE, or its class: the first two characters
  ErrorCode code;
  bool ends_session;
};

// The first row that fits counts, so whole states stand before classes.
constexpr std::array kTable = {
    Row{"40001", ErrorCode::unavailable, false},  // serialization failure, retries used up
    Row{"40P01", ErrorCode::unavailable, false},  // deadlock, retries used up
    Row{"40003", ErrorCode::outcome_unknown, true},
    Row{"55P03", ErrorCode::timeout, false},     // lock_timeout
    Row{"57014", ErrorCode::timeout, false},     // statement_timeout
    Row{"25P03", ErrorCode::unavailable, true},  // idle_in_transaction_session_timeout
    Row{"25006", ErrorCode::unavailable, true},  // the old primary after a failover
    Row{"57P01", ErrorCode::unavailable, true},  // terminated by an operator
    Row{"57P02", ErrorCode::unavailable, true},  // another backend crashed
    Row{"57P03", ErrorCode::unavailable, true},  // starting up or shutting down
    Row{"57P05", ErrorCode::unavailable, true},  // idle_session_timeout
    Row{"23505", ErrorCode::conflict, false},
    Row{"08", ErrorCode::unavailable, true},   // connection
    Row{"53", ErrorCode::unavailable, false},  // disk, memory, connections
    Row{"58", ErrorCode::unavailable, false},  // input and output of the server
};

const Row* find(std::string_view sqlstate) {
  for (const Row& row : kTable) {
    if (sqlstate.starts_with(row.sqlstate)) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace

ErrorCode error_code_of(std::string_view sqlstate) {
  const Row* row = find(sqlstate);
  return row == nullptr ? ErrorCode::internal : row->code;
}

bool may_retry(std::string_view sqlstate) { return sqlstate == "40001" || sqlstate == "40P01"; }

bool ends_session(std::string_view sqlstate) {
  const Row* row = find(sqlstate);
  return row != nullptr && row->ends_session;
}

core::Error database_error(ErrorCode code) {
  const auto with_retry = [code](const char* detail) {
    return core::Error(code, detail).retry_after(std::chrono::seconds(1));
  };
  switch (code) {
    case ErrorCode::unavailable:
      return with_retry("The database cannot be used right now; nothing was changed. Try again.");
    case ErrorCode::overloaded:
      return with_retry("Every database connection is busy; nothing was changed. Try again.");
    case ErrorCode::timeout:
      return with_retry("The database took too long; nothing was changed. Try again.");
    case ErrorCode::outcome_unknown:
      return with_retry(
          "The connection to the database was lost while the change was being confirmed: it may or "
          "may not have been made. Read the resource, then try again.");
    case ErrorCode::conflict:
      return core::Error(code, "Something with the same identity exists already.");
    default:
      return core::Error(ErrorCode::internal, "The database refused what the service asked for.");
  }
}

}  // namespace vitrine::store

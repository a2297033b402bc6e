#include "service/store/read_session.hpp"

#include <poll.h>

#include <cerrno>
#include <stdexcept>
#include <vector>

#include "service/store/conninfo.hpp"
#include "service/store/set_query.hpp"
#include "service/store/sql_error.hpp"

namespace vitrine::store {
namespace {

using Clock = std::chrono::steady_clock;

PoolOptions pool_options(const ReadSessionOptions& options) {
  PoolOptions more;
  more.database_url = options.database_url;
  more.statement_timeout = options.statement_timeout;
  more.application_name = options.application_name;
  more.session_settings = kPlansByIndexes;
  return more;
}

[[noreturn]] void fail(core::ErrorCode code, const std::string& reason) {
  try {
    throw std::runtime_error(reason);
  } catch (const std::runtime_error&) {
    std::throw_with_nested(database_error(code));
  }
}

[[noreturn]] void fail_lost(PGconn* link) {
  fail(core::ErrorCode::unavailable, PQerrorMessage(link));
}

// Waits until the socket can be read, or written if that is wanted. Throws timeout.
void wait_for(PGconn* link, bool writable, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd socket{.fd = PQsocket(link),
                  .events = static_cast<short>(writable ? POLLIN | POLLOUT : POLLIN),
                  .revents = 0};
    const int ready = left.count() > 0 ? poll(&socket, 1, static_cast<int>(left.count())) : 0;
    if (ready > 0) {
      return;
    }
    if (ready == 0) {
      fail(core::ErrorCode::timeout, "no answer in time");
    }
    if (errno != EINTR) {
      fail(core::ErrorCode::unavailable, "poll failed");
    }
  }
}

// Takes what the server has sent; in binary, the whole answer of one statement.
void receive(PGconn* link, Clock::time_point deadline) {
  while (PQisBusy(link) != 0) {
    wait_for(link, false, deadline);
    if (PQconsumeInput(link) == 0) {
      fail_lost(link);
    }
  }
}

void send_all(PGconn* link, Clock::time_point deadline) {
  for (int left = PQflush(link); left != 0; left = PQflush(link)) {
    if (left < 0) {
      fail_lost(link);
    }
    wait_for(link, true, deadline);
    // A server that is sending already must not wait for us: both would wait for ever.
    if (PQconsumeInput(link) == 0) {
      fail_lost(link);
    }
  }
}

// The one result of a statement that was sent.
BinaryRows answer(PGconn* link, ExecStatusType expected, Clock::time_point deadline) {
  send_all(link, deadline);
  receive(link, deadline);
  BinaryRows rows(PQgetResult(link));
  receive(link, deadline);
  while (PGresult* more = PQgetResult(link)) {
    PQclear(more);
  }
  if (rows.status() != expected) {
    const std::string sqlstate = rows.sqlstate();
    if (sqlstate.empty()) {
      fail_lost(link);
    }
    fail(error_code_of(sqlstate), "PostgreSQL answered " + sqlstate);
  }
  return rows;
}

}  // namespace

ReadSession::ReadSession(const ReadSessionOptions& options) : state_(std::make_unique<State>()) {
  state_->patience = options.patience;
  state_->link.reset(PQconnectdb(complete_conninfo(pool_options(options)).c_str()));
  PGconn* const link = state_->link.get();
  if (PQstatus(link) != CONNECTION_OK || PQsetnonblocking(link, 1) != 0) {
    fail_lost(link);
  }
  // libpq would print notices to standard error.
  PQsetNoticeProcessor(
      link, [](void*, const char*) {}, nullptr);
}

ReadSession::~ReadSession() = default;

BinaryValue BinaryRows::at(int row, int column) const {
  if (PQgetisnull(result_.get(), row, column) != 0) {
    return {};
  }
  return BinaryValue({PQgetvalue(result_.get(), row, column),
                      static_cast<std::size_t>(PQgetlength(result_.get(), row, column))});
}

std::string BinaryRows::sqlstate() const {
  const char* const state = PQresultErrorField(result_.get(), PG_DIAG_SQLSTATE);
  return state == nullptr ? "" : state;
}

BinaryRows run_set(ReadSession& session, const char* name, const char* sql,
                   std::span<const BinaryArray> parameters) {
  ReadSession::State& state = session.state();
  PGconn* const link = state.link.get();
  const Clock::time_point deadline = Clock::now() + state.patience;
  const int count = static_cast<int>(parameters.size());
  if (!state.prepared.contains(name)) {
    if (PQsendPrepare(link, name, sql, 0, nullptr) == 0) {
      fail_lost(link);
    }
    answer(link, PGRES_COMMAND_OK, deadline);
    state.prepared.insert(name);
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (const BinaryArray& parameter : parameters) {
    values.push_back(parameter.bytes().data());
    lengths.push_back(static_cast<int>(parameter.bytes().size()));
  }
  constexpr int kBinary = 1;
  const std::vector<int> formats(parameters.size(), kBinary);
  if (PQsendQueryPrepared(link, name, count, values.data(), lengths.data(), formats.data(),
                          kBinary) == 0) {
    fail_lost(link);
  }
  return answer(link, PGRES_TUPLES_OK, deadline);
}

}  // namespace vitrine::store

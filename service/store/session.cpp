#include "service/store/session.hpp"

#include <poll.h>

#include <vector>

namespace vitrine::store {
namespace {

// What a statement may take beyond the server's own limit before its session is given up.
constexpr std::chrono::milliseconds kAnswerGrace{500};

template <class Parameters>
std::vector<const char*> pointers_to(const Parameters& parameters) {
  std::vector<const char*> texts;
  texts.reserve(parameters.size());
  for (const Parameter& parameter : parameters) {
    texts.push_back(parameter.text());
  }
  return texts;
}

// The limit in force, which the operator's URL may have changed, and who it is that answers.
constexpr auto kBegin = R"sql(/* session.begin */
SELECT setting AS statement_timeout_ms,
       concat_ws(' ', pg_postmaster_start_time(),
                 CASE WHEN NOT pg_is_in_recovery()
                      THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END) AS server
FROM pg_settings
WHERE name = 'statement_timeout')sql";

}  // namespace

Connection::Connection(const std::string& conninfo, Watchdog& watchdog)
    : link_(conninfo), notices_(link_), watched_(watchdog, link_.sock()) {
  // pqxx would reconnect behind our back and lose the transaction and every setting of the session.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  link_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  const Watchdog::Wait wait(watched_);
  pqxx::nontransaction work(link_);
  const pqxx::row row = work.exec1(kBegin);
  server_ = text_of(row["server"]);
  const std::chrono::milliseconds limit(integer_of(row["statement_timeout_ms"]));
  watched_.set_limit(limit.count() > 0 ? limit + kAnswerGrace : limit);
}

bool Connection::seems_alive() const {
  pollfd socket{.fd = link_.sock(), .events = POLLIN, .revents = 0};
  return socket.fd >= 0 && poll(&socket, 1, 0) == 0;
}

pqxx::result Transaction::run(const char* sql, std::initializer_list<Parameter> parameters) {
  const Watchdog::Wait wait(watched_);
  return work_.exec_params(sql, pqxx::prepare::make_dynamic_params(pointers_to(parameters)));
}

pqxx::result Transaction::run(const char* sql, const std::vector<Parameter>& parameters) {
  const Watchdog::Wait wait(watched_);
  return work_.exec_params(sql, pqxx::prepare::make_dynamic_params(pointers_to(parameters)));
}

pqxx::result Transaction::run_prepared(const char* name, const char* sql,
                                       std::initializer_list<Parameter> parameters) {
  const Watchdog::Wait wait(watched_);
  work_.conn().prepare(name, sql);  // does nothing when this connection has it already
  return work_.exec_prepared(name, pqxx::prepare::make_dynamic_params(pointers_to(parameters)));
}

void Transaction::run_script(const std::string& sql) {
  const Watchdog::Wait wait(watched_);
  work_.exec(sql);
}

}  // namespace vitrine::store

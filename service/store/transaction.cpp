#include <exception>
#include <random>
#include <stdexcept>
#include <thread>

#include "service/store/pool.hpp"
#include "service/store/session.hpp"
#include "service/store/sql_error.hpp"

namespace vitrine::store {
namespace {

constexpr int kRetries = 3;

// The whole transaction may be run once more: nothing of it remains.
struct Retry {};

enum class Phase { begin_or_body, commit };

// `/* share_store.insert */`, which every statement begins with.
std::string statement_name(const std::string& sql) {
  const auto end = sql.find("*/");
  return sql.starts_with("/*") && end != std::string::npos ? sql.substr(0, end + 2) : "a statement";
}

[[noreturn]] void fail(core::ErrorCode code) { std::throw_with_nested(database_error(code)); }

// The session ended. Before COMMIT was sent nothing can have happened; after that nobody knows.
[[noreturn]] void fail_lost(Pool::Lease& lease, Phase phase) {
  lease.discard();
  if (phase == Phase::commit) {
    fail(core::ErrorCode::outcome_unknown);
  }
  fail(lease.watched().given_up() ? core::ErrorCode::timeout : core::ErrorCode::unavailable);
}

// Called within a handler: turns what pqxx threw into a core::Error or Retry, and marks a
// connection that is of no more use. What PostgreSQL said stays nested, for the log.
[[noreturn]] void translate(Pool::Lease& lease, Phase phase) {
  try {
    throw;
  } catch (const core::Error&) {
    throw;
  } catch (const pqxx::in_doubt_error&) {
    lease.discard();
    fail(core::ErrorCode::outcome_unknown);
  } catch (const pqxx::statement_completion_unknown&) {
    lease.discard();
    fail(core::ErrorCode::outcome_unknown);
  } catch (const pqxx::transaction_rollback&) {
    throw Retry();  // 40001 and 40P01: pqxx has no other
  } catch (const pqxx::broken_connection&) {
    fail_lost(lease, phase);
  } catch (const pqxx::sql_error& error) {
    if (ends_session(error.sqlstate()) || !lease.link().is_open()) {
      fail_lost(lease, phase);
    }
    if (may_retry(error.sqlstate())) {
      throw Retry();
    }
    const core::ErrorCode code = error_code_of(error.sqlstate());
    if (code == core::ErrorCode::internal) {
      std::throw_with_nested(
          std::runtime_error(statement_name(error.query()) + " failed with " + error.sqlstate()));
    }
    fail(code);
  } catch (const pqxx::pqxx_exception&) {
    lease.discard();
    throw;
  }
}

// A session that died while it was idle shows it only now; nothing was asked of it yet.
std::unique_ptr<pqxx::work> begin(Pool::Lease& lease) {
  try {
    const Watchdog::Wait wait(lease.watched());
    return std::make_unique<pqxx::work>(lease.link());
  } catch (const std::exception&) {
    lease.discard();
    if (lease.fresh()) {
      translate(lease, Phase::begin_or_body);
    }
    return nullptr;
  }
}

// A server whose wait for its standbys was cancelled acknowledges a COMMIT that they may lack, and
// only warns. Nothing else is said during COMMIT, so any word is taken for that: its text is in the
// server's language.
void commit(Pool::Lease& lease, pqxx::work& work) {
  const Watchdog::Wait wait(lease.watched());
  const int heard = lease.notices().heard();
  work.commit();
  if (lease.notices().heard() != heard) {
    throw pqxx::in_doubt_error("The server warned while it committed.");
  }
}

void run_once(Pool& pool, const std::function<void(Transaction&)>& body) {
  for (;;) {
    Pool::Lease lease = pool.acquire();
    const std::unique_ptr<pqxx::work> work = begin(lease);
    if (!work) {
      continue;
    }
    Phase phase = Phase::begin_or_body;
    try {
      Transaction transaction(*work, lease.watched());
      body(transaction);
      phase = Phase::commit;
      commit(lease, *work);
      return;
    } catch (const std::exception&) {
      translate(lease, phase);
    }
  }
}

void pause_before_retry(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(
      std::chrono::milliseconds(std::uniform_int_distribution(2, 10 << attempt)(random)));
}

}  // namespace

void run_in_transaction(Pool& pool, const std::function<void(Transaction&)>& body) {
  for (int attempt = 0;; ++attempt) {
    try {
      run_once(pool, body);
      return;
    } catch (const Retry&) {
      if (attempt == kRetries) {
        throw database_error(core::ErrorCode::unavailable);
      }
      pause_before_retry(attempt);
    }
  }
}

void run_single(Pool& pool, const std::function<void(Transaction&)>& body) {
  for (bool again = false;; again = true) {
    Pool::Lease lease = pool.acquire();
    try {
      pqxx::nontransaction work(lease.link());
      Transaction transaction(work, lease.watched());
      body(transaction);
      return;
    } catch (const std::exception&) {
      try {
        translate(lease, Phase::begin_or_body);
      } catch (const Retry&) {
        if (again) {
          throw database_error(core::ErrorCode::unavailable);
        }
      } catch (const core::Error& error) {
        if (again || error.code() != core::ErrorCode::unavailable) {
          throw;
        }
      }
    }
  }
}

}  // namespace vitrine::store

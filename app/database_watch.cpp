#include "app/database_watch.hpp"

#include <algorithm>
#include <chrono>

#include "app/operator_error.hpp"
#include "service/core/error.hpp"
#include "service/database_clock.hpp"
#include "service/store/migrations.hpp"
#include "service/telemetry/log.hpp"

namespace vitrine::app {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstRetry{100};
constexpr milliseconds kSlowestRetry{1000};
constexpr milliseconds kWhileWell{1000};

}  // namespace

void DatabaseWatch::start() {
  thread_ = std::thread([this] { run(); });
}

void DatabaseWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

DatabaseWatch::Finding DatabaseWatch::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

void DatabaseWatch::run() {
  milliseconds retry = kFirstRetry;
  for (;;) {
    const bool well = ask().empty();
    const milliseconds pause = well ? kWhileWell : retry;
    retry = well ? kFirstRetry : std::min(retry * 2, kSlowestRetry);
    std::unique_lock lock(mutex_);
    if (stopped_.wait_for(lock, pause, [this] { return stopping_; }))
      return;
  }
}

std::string DatabaseWatch::ask() {
  try {
    ask_database_clock(pool_);
    record_answer(store::schema_fault(pool_));
  } catch (const core::Error& error) {
    // A busy pool says nothing about the database.
    if (error.code() != core::ErrorCode::overloaded)
      record_silence(error.what(), reason_of(error));
  } catch (const std::exception& error) {
    record_silence("The database cannot be asked.", reason_of(error));
  }
  return last().fault;
}

void DatabaseWatch::record_answer(const std::string& schema_fault) {
  const std::lock_guard lock(mutex_);
  if (!last_.answered_once || !last_.fault.empty()) {
    telemetry::log(telemetry::Level::info, "database_reached", {});
  }
  last_ = {true, "", schema_fault};
}

void DatabaseWatch::record_silence(const std::string& fault, const std::string& reason) {
  telemetry::log(telemetry::Level::warning, "database_unreachable",
                 {{"reason", std::string_view(reason)}});
  const std::lock_guard lock(mutex_);
  last_.fault = fault;
}

}  // namespace vitrine::app

#include "service/resolver/read_hosts.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "service/resolver/standby_ledger.hpp"
#include "service/store/conninfo.hpp"
#include "service/store/pool.hpp"
#include "service/telemetry/log.hpp"

namespace vitrine {
namespace {

using std::chrono::milliseconds;
using store::replication_store::Observer;
using Clock = std::chrono::steady_clock;
using Time = StandbyLedger::Time;

constexpr milliseconds kRound{250};
constexpr milliseconds kStandbyPatience{1000};
constexpr milliseconds kAnswerGrace{500};

std::string conninfo(const std::string& database_url, milliseconds statement_timeout) {
  store::PoolOptions options;
  options.database_url = database_url;
  options.statement_timeout = statement_timeout;
  options.application_name = "vitrine resolve";
  return store::complete_conninfo(options);
}

ReadHosts::Host primary_host(const std::string& database_url) {
  const milliseconds limit = store::PoolOptions().statement_timeout;
  return {0, conninfo(database_url, limit), limit + kAnswerGrace};
}

// A server that takes writes by now is examined as well, so that this can be told.
std::string in_any_state(const std::string& database_url) {
  return database_url + " target_session_attrs=any";
}

void log_change(const std::string& host, const StandbyLedger::Report& report) {
  if (report.used) {
    telemetry::log(telemetry::Level::info, "standby_used", {{"host", std::string_view(host)}});
    return;
  }
  const bool refused = report.unfit->kind == Unfit::Kind::refused;
  telemetry::log(telemetry::Level::warning, refused ? "standby_refused" : "standby_left_out",
                 {{"host", std::string_view(host)},
                  {"reason", std::string_view(report.unfit->reason)},
                  {"detail", std::string_view(report.detail)}});
}

}  // namespace

struct ReadHosts::Standby {
  Standby(int number, const store::StandbyConninfo& server)
      : host{number, conninfo(server.database_url, kStandbyPatience), kStandbyPatience},
        name(server.name),
        observer(in_any_state(server.database_url)) {}

  const Host host;
  const std::string name;
  Observer observer;  // of its own thread
  std::thread thread;

  // Guarded by State::mutex: what choose() and the log know.
  bool serves = false;
  StandbyLedger::Report told;
};

struct ReadHosts::State {
  State(const store::Pool& given, const std::string& database_url,
        const std::vector<store::StandbyConninfo>& servers);

  void watch_primary();
  void watch(Standby& standby);
  bool pause();
  void conclude(Time now);

  const store::Pool& pool;
  const Host primary;
  std::vector<std::unique_ptr<Standby>> standbys;
  std::unique_ptr<Observer> observer;  // of the primary; none without standbys
  std::thread thread;

  std::atomic<std::uint64_t> changes{0};
  std::atomic<Time> lapses{Time::max()};  // when the first of what serves is known no more

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable stopped;
  bool stopping = false;
  StandbyLedger ledger;
};

ReadHosts::State::State(const store::Pool& given, const std::string& database_url,
                        const std::vector<store::StandbyConninfo>& servers)
    : pool(given), primary(primary_host(database_url)), ledger(servers.size()) {
  for (const store::StandbyConninfo& server : servers) {
    const int number = static_cast<int>(standbys.size()) + 1;
    standbys.push_back(std::make_unique<Standby>(number, server));
  }
  if (!standbys.empty()) {
    observer = std::make_unique<Observer>(database_url);
  }
}

// False when it is time to end.
bool ReadHosts::State::pause() {
  std::unique_lock lock(mutex);
  return !stopped.wait_for(lock, kRound, [this] { return stopping; });
}

void ReadHosts::State::watch_primary() {
  do {
    const std::uint64_t incidents = pool.incidents();
    StandbyLedger::PrimaryAnswer answer{.asked = Clock::now()};
    try {
      answer.facts = observer->primary();
    } catch (const std::exception& error) {
      answer.fault = error.what();
    }
    const std::lock_guard lock(mutex);
    const Time now = Clock::now();
    ledger.primary_said(std::move(answer), incidents, now);
    conclude(now);
  } while (pause());
}

void ReadHosts::State::watch(Standby& standby) {
  do {
    StandbyLedger::StandbyAnswer answer{.asked = Clock::now()};
    try {
      answer.facts = standby.observer.standby();
    } catch (const std::exception& error) {
      answer.fault = error.what();
    }
    const std::lock_guard lock(mutex);
    const Time now = Clock::now();
    ledger.standby_said(static_cast<std::size_t>(standby.host.number - 1), std::move(answer), now);
    conclude(now);
  } while (pause());
}

// REQUIRES: mutex is held.
void ReadHosts::State::conclude(Time now) {
  bool changed = now > lapses.load();  // what was known meanwhile was that it had lapsed
  Time first_lapse = Time::max();
  for (std::size_t i = 0; i < standbys.size(); ++i) {
    Standby& standby = *standbys[i];
    const bool serves = ledger.may_serve(i, now, pool.incidents());
    changed |= serves != standby.serves;
    standby.serves = serves;
    if (serves) {
      first_lapse = std::min(first_lapse, ledger.facts_end(i));
    }
    const StandbyLedger::Report& report = ledger.report(i);
    if (report != standby.told) {
      standby.told = report;
      log_change(standby.name, report);
    }
  }
  lapses = first_lapse;
  changes += changed ? 1 : 0;
}

ReadHosts::ReadHosts(const store::Pool& primary, const std::string& database_url,
                     const std::string& read_url)
    : state_(std::make_unique<State>(primary, database_url,
                                     read_url.empty() ? std::vector<store::StandbyConninfo>()
                                                      : store::standbys_of(read_url))) {}

ReadHosts::~ReadHosts() { stop(); }

void ReadHosts::start() {
  if (state_->standbys.empty()) {
    return;
  }
  state_->thread = std::thread([this] { state_->watch_primary(); });
  for (const auto& standby : state_->standbys) {
    standby->thread = std::thread([this, watched = standby.get()] { state_->watch(*watched); });
  }
}

void ReadHosts::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->stopped.notify_all();
  if (state_->thread.joinable()) {
    state_->thread.join();
  }
  for (const auto& standby : state_->standbys) {
    if (standby->thread.joinable()) {
      standby->thread.join();
    }
  }
}

std::uint64_t ReadHosts::generation() const noexcept {
  const std::uint64_t lapsed = Clock::now() > state_->lapses.load() ? 1 : 0;
  return changes() * 2 + lapsed;
}

std::uint64_t ReadHosts::changes() const noexcept {
  return state_->changes + state_->pool.incidents();
}

ReadHosts::Host ReadHosts::choose(int thread) const {
  const Time now = Clock::now();
  const std::lock_guard lock(state_->mutex);
  const std::uint64_t incidents = state_->pool.incidents();
  std::vector<const Host*> fit;
  for (std::size_t i = 0; i < state_->standbys.size(); ++i) {
    if (state_->ledger.may_serve(i, now, incidents)) {
      fit.push_back(&state_->standbys[i]->host);
    }
  }
  return fit.empty() ? state_->primary : *fit[static_cast<std::size_t>(thread) % fit.size()];
}

void ReadHosts::failed(int number) {
  if (number == 0) {
    return;
  }
  const std::lock_guard lock(state_->mutex);
  const Time now = Clock::now();
  state_->ledger.read_failed(static_cast<std::size_t>(number - 1), now);
  state_->conclude(now);
}

std::vector<ReadHosts::Finding> ReadHosts::findings() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<Finding> findings;
  for (const auto& standby : state_->standbys) {
    const auto& unfit = standby->told.unfit;
    findings.push_back({standby->name, standby->told.used, unfit ? unfit->reason : ""});
  }
  return findings;
}

}  // namespace vitrine

#include "app/application.hpp"

#include <atomic>
#include <functional>
#include <stdexcept>
#include <utility>

#include "api/dispatcher.hpp"
#include "api/http/gather_completions.hpp"
#include "api/http/server.hpp"
#include "api/ops.hpp"
#include "api/page_token.hpp"
#include "api/routes.hpp"
#include "api/use_cases.hpp"
#include "app/database_watch.hpp"
#include "app/jobs.hpp"
#include "app/link_keys_file.hpp"
#include "service/comments.hpp"
#include "service/database_clock.hpp"
#include "service/event_watch.hpp"
#include "service/events.hpp"
#include "service/issuers.hpp"
#include "service/key_admin.hpp"
#include "service/keys.hpp"
#include "service/link_urls.hpp"
#include "service/links.hpp"
#include "service/mails.hpp"
#include "service/media/local_store.hpp"
#include "service/opens.hpp"
#include "service/passcodes.hpp"
#include "service/policies.hpp"
#include "service/recordings.hpp"
#include "service/resolver/explanations.hpp"
#include "service/resolver/read_hosts.hpp"
#include "service/resolver/resolver.hpp"
#include "service/shares.hpp"
#include "service/store/pool.hpp"
#include "service/telemetry/metrics.hpp"
#include "service/webhooks.hpp"
#include "service/worker_pool.hpp"

namespace vitrine::app {

namespace {

constexpr std::size_t kDatabaseQueue = 1024;
// At the speed of one resolver thread a tenth of a second.
constexpr std::size_t kMostWaitingResolves = 4096;
// A connection waits for at most one read, so no download is cut off for want of a place.
const std::size_t kFilesQueue = http::ServerOptions().max_connections;
constexpr int kFilesThreads = 4;
constexpr int kPasscodeThreads = 2;
// Those who follow events hold a connection all the time: they get one in so many.
constexpr std::size_t kFollowersShare = 4;
constexpr std::string_view kLocal = "local:";

store::PoolOptions pool_options(const Config& config) {
  store::PoolOptions options;
  options.database_url = config.database_url;
  options.size = config.database_pool_size;
  return options;
}

http::ServerOptions server_options(const Endpoint& endpoint, int threads) {
  http::ServerOptions options;
  options.host = endpoint.host;
  options.port = endpoint.port;
  options.threads = threads;
  return options;
}

bool sends_mail(const Config& config) { return !config.smtp_server.host.empty(); }

core::SecretKey page_key(const core::LinkKeys& keys) {
  // The active key is never retired, so there is always one to derive from.
  return keys.derive(keys.active_kid(), "vitrine/page/1").value();
}

}  // namespace

// Destroyed from the last to the first, so that nothing outlives what it refers to.
struct Application::Parts {
  Parts(const Config& given, Role its_role);

  api::Health health() const;
  void observe_database();
  void observe_read_hosts();
  void observe_edge();
  void observe_product();

  const Config config;
  const Role role;
  std::shared_ptr<const core::LinkKeys> link_keys;
  LinkUrls link_urls;
  store::Pool pool;
  ReadHosts read_hosts;
  Passcodes passcodes;
  Recordings recordings;
  Shares shares;
  Links links;
  Mails mails;
  Comments comments;
  Events events;
  Keys keys;
  Policies policies;
  KeyAdmin key_admin;
  Webhooks webhooks;
  WorkerPool database_workers;
  WorkerPool files_workers;
  WorkerPool passcode_workers;
  media::LocalStore local_media;
  Issuers issuers;
  Resolver resolver;
  Explanations explanations;
  Opens opens;
  EventWatch event_watch;
  api::PageTokens page_tokens;
  telemetry::Metrics metrics;
  api::Dispatcher dispatcher;
  http::Server server;
  DatabaseWatch database;
  Jobs jobs;
  bool started = false;
  std::atomic<bool> serving{false};
  std::atomic<bool> leaving{false};
  api::OpsApplication ops;
  http::Server admin;
};

Application::Parts::Parts(const Config& given, Role its_role)
    : config(given),
      role(its_role),
      link_keys(load_link_keys(config.link_keys_file)),
      link_urls(config.link_url_template, config.allow_insecure_links, link_keys),
      pool(pool_options(config)),
      read_hosts(pool, config.database_url, config.database_read_url),
      passcodes(kPasscodeThreads),
      recordings(pool),
      shares(pool, link_urls, passcodes, sends_mail(config)),
      links(pool, link_urls),
      mails(pool, sends_mail(config)),
      comments(pool),
      events(pool),
      keys(pool),
      policies(pool),
      key_admin(pool, *link_keys),
      webhooks(pool, *link_keys, config.webhooks.destinations),
      database_workers("database", config.database_pool_size, kDatabaseQueue),
      files_workers("files", kFilesThreads, kFilesQueue),
      // A database thread that found a place free may find that the others were as quick.
      passcode_workers("passcodes", kPasscodeThreads,
                       Resolver::kMaxWaitingPasscodes + config.database_pool_size),
      local_media(config.media_store.substr(kLocal.size()), config.public_url, link_keys),
      issuers(pool, *link_keys),
      resolver({pool, read_hosts, database_workers, passcode_workers, passcodes, issuers,
                local_media, ViewingSessions(*link_keys, config.session_lifetime),
                config.media_url_lifetime, config.resolver_threads, kMostWaitingResolves,
                http::gather_completions}),
      explanations(pool),
      opens(pool, database_workers, ViewingSessions(*link_keys, config.session_lifetime)),
      event_watch(pool, events, database_workers,
                  [this] { return server.stats().connection_limit / kFollowersShare; }),
      page_tokens(page_key(*link_keys)),
      metrics(api::operation_ids()),
      dispatcher(
          {config.public_url, config.cors_origins, config.trusted_proxies,
           config.key_rate_per_minute},
          {recordings, shares, links, comments, keys, key_admin, resolver, link_urls, &local_media,
           page_tokens, policies, explanations, opens, events, event_watch, webhooks, mails},
          database_workers, files_workers, metrics),
      server(server_options(config.listen, config.threads), dispatcher),
      database(pool),
      jobs(config, *link_keys, link_urls),
      ops(
          metrics, [this] { return health(); }, config.public_url),
      admin(server_options(config.admin_listen, 1), ops) {
  observe_database();
  observe_read_hosts();
  observe_edge();
  observe_product();
  if (role != Role::api)
    jobs.observe(metrics);
}

api::Health Application::Parts::health() const {
  const DatabaseWatch::Finding found = database.last();
  api::Health health{};
  health.started = serving;
  health.draining = leaving;
  health.fault = found.schema_fault.empty() || health.started ? found.fault : found.schema_fault;
  return health;
}

void Application::Parts::observe_database() {
  const auto gauge = [this](const char* name, const char* help, auto member) {
    metrics.observe(name, help, [=, this] { return static_cast<double>(pool.stats().*member); });
  };
  const auto counter = [this](const char* name, const char* help, auto member) {
    metrics.observe_counter(name, help,
                            [=, this] { return static_cast<double>(pool.stats().*member); });
  };
  using Stats = store::Pool::Stats;
  metrics.observe("vitrine_database_up", "1 while the database answers.", [this] {
    const DatabaseWatch::Finding found = database.last();
    return found.answered_once && found.fault.empty() ? 1.0 : 0.0;
  });
  metrics.observe("vitrine_clock_skew_seconds",
                  "How far this machine's clock is ahead of the database's.",
                  [] { return std::chrono::duration<double>(clock_skew()).count(); });
  gauge("vitrine_database_pool_size", "Connections that may be open.", &Stats::size);
  gauge("vitrine_database_pool_open", "Connections that are open.", &Stats::open);
  gauge("vitrine_database_pool_in_use", "Connections at work.", &Stats::in_use);
  gauge("vitrine_database_pool_waiting", "Callers that wait for one.", &Stats::waiting);
  counter("vitrine_database_pool_opened_total", "Connections ever opened.", &Stats::opened_total);
  counter("vitrine_database_pool_broken_total", "Connections thrown away.", &Stats::broken_total);
  counter("vitrine_database_pool_acquire_timeouts_total", "Callers that waited in vain.",
          &Stats::acquire_timeouts_total);
  counter("vitrine_database_pool_wait_seconds_total", "Time spent waiting for a connection.",
          &Stats::wait_seconds_total);
  metrics.observe("vitrine_resolver_queue_length", "Resolves that wait to be asked for.",
                  [this] { return static_cast<double>(resolver.stats().waiting); });
  metrics.observe_counter("vitrine_resolver_sets_total", "Statements that asked for links.",
                          [this] { return static_cast<double>(resolver.stats().sets_total); });
  metrics.observe_counter("vitrine_resolver_visits_total", "Resolves that were in those.",
                          [this] { return static_cast<double>(resolver.stats().visits_total); });
  metrics.observe_counter("vitrine_resolver_dropped_total",
                          "Resolves that nobody waited for any more when their turn came.",
                          [this] { return static_cast<double>(resolver.stats().dropped_total); });
  metrics.observe("vitrine_database_queue_length", "Requests that wait for a database thread.",
                  [this] { return static_cast<double>(database_workers.queued()); });
  metrics.observe("vitrine_files_queue_length", "Reads that wait for a file thread.",
                  [this] { return static_cast<double>(files_workers.queued()); });
  metrics.observe("vitrine_passcodes_queue_length", "Passcodes that wait to be hashed.",
                  [this] { return static_cast<double>(passcode_workers.queued()); });
}

void Application::Parts::observe_read_hosts() {
  const std::size_t count = read_hosts.findings().size();
  for (std::size_t i = 0; i < count; ++i) {
    metrics.observe("vitrine_database_read_host_up", "1 while resolves are read from this standby.",
                    {"host", read_hosts.findings()[i].host},
                    [this, i] { return read_hosts.findings()[i].used ? 1.0 : 0.0; });
  }
  if (count > 0) {
    metrics.observe_counter("vitrine_database_read_host_changes_total",
                            "How often other servers may have begun to answer resolves.",
                            [this] { return static_cast<double>(read_hosts.changes()); });
  }
}

void Application::Parts::observe_edge() {
  using Stats = http::Server::Stats;
  const auto counter = [this](const char* name, const char* help, auto member) {
    metrics.observe_counter(name, help,
                            [=, this] { return static_cast<double>(server.stats().*member); });
  };
  metrics.observe("vitrine_http_connections", "Connections that are open.",
                  [this] { return static_cast<double>(server.stats().connections); });
  counter("vitrine_http_connections_accepted_total", "Connections ever taken.",
          &Stats::accepted_total);
  counter("vitrine_http_connections_refused_total", "Connections answered 503 for their number.",
          &Stats::refused_total);
  counter("vitrine_http_connections_timed_out_total", "Connections closed for their slowness.",
          &Stats::timed_out_total);
}

void Application::Parts::observe_product() {
  for (const auto open_class : core::kOpenClasses) {
    metrics.observe_counter("vitrine_opens_total", "Opens that were counted, by what opened.",
                            {"class", std::string(to_text(open_class))}, [=, this] {
                              return static_cast<double>(opens.counted_total(open_class));
                            });
  }
  metrics.observe_counter("vitrine_events_published_total", "Events moved into the feed.",
                          {"by", "reader"},
                          [this] { return static_cast<double>(events.published_total()); });
  metrics.observe("vitrine_event_followers", "Clients that wait for events or are sent them.",
                  [this] { return static_cast<double>(event_watch.places_taken()); });
}

Application::Application(const Config& config, Role role)
    : parts_(std::make_unique<Parts>(config, role)) {}

Application::~Application() { stop(); }

void Application::start() {
  parts_->admin.start();
  parts_->started = true;
  parts_->database.start();
  parts_->read_hosts.start();
}

bool Application::try_serve() {
  const DatabaseWatch::Finding found = parts_->database.last();
  if (!found.answered_once)
    return false;
  if (!found.schema_fault.empty())
    throw OperatorError(found.schema_fault);
  if (parts_->role != Role::jobs) {
    parts_->event_watch.start();
    parts_->server.start();
  }
  if (parts_->role != Role::api)
    parts_->jobs.start();
  parts_->serving = true;
  return true;
}

std::optional<Endpoint> Application::address() const {
  if (parts_->role == Role::jobs)
    return std::nullopt;
  return Endpoint{parts_->config.listen.host, parts_->server.port()};
}

Endpoint Application::admin_address() const {
  return {parts_->config.admin_listen.host, parts_->admin.port()};
}

void Application::announce_leaving() {
  parts_->leaving = true;
  parts_->jobs.begin_stop();
}

std::size_t Application::drain(std::chrono::milliseconds deadline) {
  if (!parts_->serving || parts_->role == Role::jobs)
    return 0;
  parts_->event_watch.leave();
  return parts_->server.drain(deadline) ? 0 : parts_->server.stats().in_flight;
}

void Application::stop() {
  // The edge first: then nobody brings work to the pools, and their last answers go nowhere.
  if (parts_->serving && parts_->role != Role::jobs)
    parts_->server.stop();
  parts_->jobs.stop();
  parts_->event_watch.stop();
  parts_->resolver.stop();
  parts_->passcode_workers.stop();
  parts_->database_workers.stop();
  parts_->files_workers.stop();
  if (parts_->started)
    parts_->admin.stop();
  parts_->database.stop();
  parts_->read_hosts.stop();
}

}  // namespace vitrine::app

#include "app/jobs.hpp"

#include <chrono>
#include <string>

#include "service/store/delivery_queue.hpp"
#include "service/store/event_store.hpp"
#include "service/store/mail_store.hpp"
#include "service/store/sweep_store.hpp"

namespace vitrine::app {

namespace {

using std::chrono::milliseconds;

// An end is told within five seconds, whoever else sweeps.
constexpr milliseconds kSweepPause{1000};
// How long a webhook may lag behind its event while little happens.
constexpr milliseconds kPublishPause{100};
constexpr milliseconds kPurgePause{60'000};
constexpr milliseconds kCountPause{5000};

// One for each job that asks the database.
constexpr int kConnections = 7;

store::PoolOptions pool_options(const Config& config) {
  store::PoolOptions options;
  options.database_url = config.database_url;
  options.size = kConnections;
  options.acquire_timeout = std::chrono::seconds(5);
  options.statement_timeout = std::chrono::seconds(30);
  options.lock_timeout = std::chrono::seconds(5);
  options.application_name = "vitrine jobs";
  // Queues are empty at one time and mountains at another.
  options.session_settings = store::kPlansByIndexes;
  return options;
}

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1e3; }

}  // namespace

Jobs::Jobs(const Config& config, const core::LinkKeys& keys, const LinkUrls& urls)
    : pool_(pool_options(config)),
      sweeper_(pool_, {config.event_retention}),
      publisher_(pool_),
      sender_(pool_, keys, config.webhooks),
      sweeping_("sweep", {kSweepPause, &turn_}, [this] { return sweeper_.sweep(); }),
      publishing_("publish", {kPublishPause, &turn_}, [this] { return publish(); }),
      purging_("purge", {kPurgePause, &turn_}, [this] { return sweeper_.purge(); }),
      counting_("count", {kCountPause, &turn_}, [this] { return read_backlog(); }) {
  if (!config.smtp_server.host.empty()) {
    mailer_.emplace(pool_, urls,
                    jobs::MailOptions{config.smtp_server, config.mail_from, config.mail_templates,
                                      config.mail_schedule});
  }
}

void Jobs::start() {
  for (jobs::JobLoop* loop : {&sweeping_, &publishing_, &purging_, &counting_}) {
    loop->start();
  }
  sender_.start();
  if (mailer_)
    mailer_->start();
}

void Jobs::begin_stop() {
  for (jobs::JobLoop* loop : {&sweeping_, &publishing_, &purging_, &counting_}) {
    loop->begin_stop();
  }
  sender_.begin_stop();
  if (mailer_)
    mailer_->begin_stop();
}

void Jobs::stop() {
  begin_stop();
  for (jobs::JobLoop* loop : {&sweeping_, &publishing_, &purging_, &counting_}) {
    loop->stop();
  }
  sender_.stop();
  if (mailer_)
    mailer_->stop();
}

bool Jobs::publish() {
  const auto before = publisher_.stats().deliveries_total;
  const bool more = publisher_.publish();
  if (publisher_.stats().deliveries_total != before)
    sender_.wake();
  return more;
}

bool Jobs::read_backlog() {
  const auto due = store::single_read(pool_, store::sweep_store::backlog);
  backlog_.due = due.due;
  backlog_.due_lag_ms = due.lag.count();
  const auto events = store::single_read(pool_, store::event_store::backlog);
  backlog_.events = events.events;
  backlog_.events_age_ms = events.oldest_age.count();
  const auto deliveries = store::single_read(pool_, store::delivery_queue::backlog);
  backlog_.deliveries = deliveries.deliveries;
  backlog_.deliveries_age_ms = deliveries.oldest_age.count();
  const auto mails = store::single_read(pool_, store::mail_store::backlog);
  backlog_.mails = mails.due;
  backlog_.mails_lag_ms = mails.lag.count();
  return false;
}

void Jobs::observe(telemetry::Metrics& metrics) {
  observe_sweeper(metrics);
  observe_backlog(metrics);
  observe_webhooks(metrics);
  for (const jobs::JobLoop* loop : {&sweeping_, &publishing_, &purging_, &counting_}) {
    observe_loop(metrics, *loop);
  }
  observe_loop(metrics, sender_.loop());
  if (mailer_)
    observe_mailer(metrics);
  metrics.observe_counter("vitrine_events_published_total", "Events moved into the feed.",
                          {"by", "publisher"},
                          [this] { return static_cast<double>(publisher_.stats().events_total); });
}

void Jobs::observe_sweeper(telemetry::Metrics& metrics) {
  using Stats = jobs::Sweeper::Stats;
  const auto counter = [&](const char* name, const char* help, auto member) {
    metrics.observe_counter(
        name, help, [this, member] { return static_cast<double>(sweeper_.stats().*member); });
  };
  counter("vitrine_sweeper_starts_total", "Shares whose start was recorded.", &Stats::starts_total);
  counter("vitrine_sweeper_ends_total", "Ends of shares, links and recordings recorded.",
          &Stats::ends_total);
  counter("vitrine_sweeper_reminders_total", "Reminders put down.", &Stats::reminders_total);
  counter("vitrine_sweeper_forgotten_total", "Dead shares removed.", &Stats::forgotten_total);
  counter("vitrine_sweeper_purged_total", "Other rows removed that were kept long enough.",
          &Stats::purged_total);
  counter("vitrine_sweeper_batches_total", "Batches worked off.", &Stats::batches_total);
  counter("vitrine_sweeper_batch_seconds_total", "Time spent in batches.",
          &Stats::batch_seconds_total);
}

void Jobs::observe_mailer(telemetry::Metrics& metrics) {
  using Stats = jobs::Mailer::Stats;
  const auto counter = [&](const char* name, const char* help, auto member) {
    metrics.observe_counter(
        name, help, [this, member] { return static_cast<double>(mailer_->stats().*member); });
  };
  counter("vitrine_mails_sent_total", "Mails that a mail server took.", &Stats::sent_total);
  counter("vitrine_mails_deferred_total", "Attempts after which a mail is tried again.",
          &Stats::deferred_total);
  counter("vitrine_mails_refused_total", "Mails that were given up.", &Stats::refused_total);
  counter("vitrine_mails_cancelled_total", "Mails that had nothing to tell any more.",
          &Stats::cancelled_total);
  observe_loop(metrics, mailer_->loop());
}

void Jobs::observe_backlog(telemetry::Metrics& metrics) {
  metrics.observe("vitrine_sweeper_due", "Rows that are due, counted up to 100000.",
                  [this] { return static_cast<double>(backlog_.due); });
  metrics.observe("vitrine_sweeper_lag_seconds", "How long the oldest of them has been due.",
                  [this] { return seconds(backlog_.due_lag_ms); });
  metrics.observe("vitrine_events_waiting", "Events that are not in the feed yet.",
                  [this] { return static_cast<double>(backlog_.events); });
  metrics.observe("vitrine_mails_waiting", "Mails that are due, counted up to 100000.",
                  [this] { return static_cast<double>(backlog_.mails); });
  metrics.observe("vitrine_mails_lag_seconds", "How long the oldest of them has been due.",
                  [this] { return seconds(backlog_.mails_lag_ms); });
  metrics.observe("vitrine_events_waiting_seconds", "Age of the oldest of them.",
                  [this] { return seconds(backlog_.events_age_ms); });
}

void Jobs::observe_webhooks(telemetry::Metrics& metrics) {
  using Stats = jobs::WebhookSender::Stats;
  const auto counter = [&](const char* name, const char* help, auto member) {
    metrics.observe_counter(
        name, help, [this, member] { return static_cast<double>(sender_.stats().*member); });
  };
  counter("vitrine_webhook_deliveries_succeeded_total", "Deliveries that arrived.",
          &Stats::succeeded_total);
  counter("vitrine_webhook_deliveries_failed_total", "Deliveries that were given up.",
          &Stats::failed_total);
  counter("vitrine_webhook_attempts_total", "Attempts, whatever came of them.",
          &Stats::attempts_total);
  counter("vitrine_webhook_endpoints_disabled_total", "Endpoints disabled, being gone or failing.",
          &Stats::disabled_total);
  metrics.observe("vitrine_webhook_in_flight", "Attempts under way.",
                  [this] { return static_cast<double>(sender_.stats().in_flight); });
  metrics.observe("vitrine_webhook_deliveries_due",
                  "Deliveries that may be sent now, counted up to 100000.",
                  [this] { return static_cast<double>(backlog_.deliveries); });
  metrics.observe("vitrine_webhook_lag_seconds", "How long the oldest of them has been due.",
                  [this] { return seconds(backlog_.deliveries_age_ms); });
}

void Jobs::observe_loop(telemetry::Metrics& metrics, const jobs::JobLoop& loop) {
  const telemetry::Metrics::Label label{"job", loop.name()};
  metrics.observe("vitrine_job_seconds_since_success", "Time since a round of the job went well.",
                  label, [&loop] { return loop.stats().since_last_success_s; });
  metrics.observe_counter("vitrine_job_failures_total", "Rounds of the job that failed.", label,
                          [&loop] { return static_cast<double>(loop.stats().failures_total); });
}

}  // namespace vitrine::app

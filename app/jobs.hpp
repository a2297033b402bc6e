#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "app/config.hpp"
#include "service/jobs/job_loop.hpp"
#include "service/jobs/mailer.hpp"
#include "service/jobs/publisher.hpp"
#include "service/jobs/sweeper.hpp"
#include "service/jobs/webhook_sender.hpp"
#include "service/store/pool.hpp"
#include "service/telemetry/metrics.hpp"

namespace vitrine::app {

// What a replica does beside answering requests. Every replica may do it, or one process for all:
// whatever is due is taken by one of them, and taken over when that one dies.
class Jobs {
 public:
  Jobs(const Config& config, const core::LinkKeys& keys, const LinkUrls& urls);

  void start();

  // From now on nothing new is begun; what is under way goes on.
  void begin_stop();

  void stop();  // waits for what is under way; repeating it is harmless

  void observe(telemetry::Metrics& metrics);

 private:
  // How much waits, as last read; read by a job, because a scrape must not wait for the database.
  struct Backlog {
    std::atomic<std::int64_t> due = 0, due_lag_ms = 0, events = 0, events_age_ms = 0;
    std::atomic<std::int64_t> deliveries = 0, deliveries_age_ms = 0;
    std::atomic<std::int64_t> mails = 0, mails_lag_ms = 0;
  };
  bool publish();
  bool read_backlog();
  void observe_sweeper(telemetry::Metrics& metrics);
  void observe_mailer(telemetry::Metrics& metrics);
  void observe_backlog(telemetry::Metrics& metrics);
  void observe_webhooks(telemetry::Metrics& metrics);
  static void observe_loop(telemetry::Metrics& metrics, const jobs::JobLoop& loop);

  store::Pool pool_;
  jobs::Sweeper sweeper_;
  jobs::Publisher publisher_;
  jobs::WebhookSender sender_;
  Backlog backlog_;
  jobs::JobLoop::Turn turn_;
  jobs::JobLoop sweeping_;
  jobs::JobLoop publishing_;
  jobs::JobLoop purging_;
  jobs::JobLoop counting_;
  std::optional<jobs::Mailer> mailer_;  // where there is a mail server
};

}  // namespace vitrine::app

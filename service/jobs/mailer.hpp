#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "service/core/retry_schedule.hpp"
#include "service/jobs/job_loop.hpp"
#include "service/jobs/mail_writer.hpp"
#include "service/jobs/smtp_client.hpp"

namespace vitrine::jobs {

struct MailOptions {
  SmtpServer server;
  Mailbox from;
  std::string templates_folder = {};
  core::RetrySchedule schedule{standard()};

  // From a minute to a day, some 42 hours in all.
  static core::RetrySchedule::Delays standard();
};

// Sends what mails wait, a few at a time, each on a connection of its own thread. Any number of
// mailers may run at once, in any number of processes; each mail is sent at least once, and always
// with the same Message-ID. No transaction is open while it talks. Thread-safe.
class Mailer {
 public:
  // Throws std::invalid_argument for templates that cannot be used.
  Mailer(store::Pool& pool, const LinkUrls& urls, const MailOptions& options);
  ~Mailer();

  void start();

  // Takes no more, and gives up what no mail server can have yet.
  void begin_stop();
  void stop();  // waits for what a mail server may have; repeating it is harmless

  struct Stats {
    std::uint64_t sent_total, deferred_total, refused_total, cancelled_total;
  };
  Stats stats() const { return {sent_, deferred_, refused_, cancelled_}; }
  const JobLoop& loop() const;  // of one of the threads, for its statistics

 private:
  struct Worker;

  bool round(Worker& worker);
  void deliver(Worker& worker, const store::mail_store::Leased& mail);
  void settle(Worker& worker, const store::mail_store::Leased& mail, const SmtpResult& result);
  void finish(const store::mail_store::Leased& mail, core::MailState state,
              const std::string& reason, const std::optional<std::chrono::milliseconds>& next = {});

  store::Pool& pool_;
  const core::RetrySchedule schedule_;
  const MailWriter writer_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> sent_ = 0, deferred_ = 0, refused_ = 0, cancelled_ = 0;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace vitrine::jobs

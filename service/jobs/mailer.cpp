#include "service/jobs/mailer.hpp"

#include <chrono>
#include <random>
#include <utility>

#include "service/core/utf8.hpp"
#include "service/database_clock.hpp"
#include "service/store/mail_letter_store.hpp"
#include "service/store/mail_store.hpp"
#include "service/telemetry/log.hpp"

namespace vitrine::jobs {
namespace {

using core::MailState;
using store::Transaction;
namespace mail_store = store::mail_store;
namespace mail_letter_store = store::mail_letter_store;

// At most so many mails at once: what most mail servers let one client have.
constexpr int kWorkers = 4;
constexpr std::chrono::milliseconds kPause{1000};
// Twice as long as the slowest mail server may take.
constexpr std::chrono::seconds kLease{120};
constexpr std::size_t kLongestReason = 500;  // characters

std::string shortened(std::string_view text) {
  std::size_t size = 0;
  for (std::size_t count = 0; count < kLongestReason; ++count) {
    const auto point = core::first_code_point(text.substr(size));
    if (!point) {
      break;
    }
    size += point->length;
  }
  return std::string(text.substr(0, size));
}

}  // namespace

struct Mailer::Worker {
  Worker(Mailer& mailer, const SmtpServer& server)
      : client(server, mailer.stopping_),
        loop("mail", {kPause}, [this, &mailer] { return mailer.round(*this); }) {}

  SmtpClient client;
  std::mt19937_64 chance{std::random_device{}()};
  JobLoop loop;
};

core::RetrySchedule::Delays MailOptions::standard() {
  using std::chrono::hours;
  using std::chrono::minutes;
  return {minutes(0), minutes(1), minutes(5), minutes(15),
          hours(1),   hours(4),   hours(12),  hours(24)};
}

Mailer::Mailer(store::Pool& pool, const LinkUrls& urls, const MailOptions& options)
    : pool_(pool),
      schedule_(options.schedule),
      writer_(urls, options.from, options.templates_folder) {
  for (int i = 0; i < kWorkers; ++i) {
    workers_.push_back(std::make_unique<Worker>(*this, options.server));
  }
}

Mailer::~Mailer() { stop(); }

const JobLoop& Mailer::loop() const { return workers_.front()->loop; }

void Mailer::start() {
  for (const auto& worker : workers_) {
    worker->loop.start();
  }
}

void Mailer::begin_stop() {
  stopping_ = true;
  for (const auto& worker : workers_) {
    worker->loop.begin_stop();
  }
}

void Mailer::stop() {
  begin_stop();
  for (const auto& worker : workers_) {
    worker->loop.stop();
  }
}

// One mail at a time: then none waits behind a slow one, and workspaces take turns mail by mail.
bool Mailer::round(Worker& worker) {
  const auto taken = store::in_transaction(
      pool_, [](Transaction& transaction) { return mail_store::lease(transaction, 1, kLease); });
  for (const mail_store::Leased& mail : taken) {
    deliver(worker, mail);
  }
  return !taken.empty();
}

void Mailer::deliver(Worker& worker, const mail_store::Leased& mail) {
  // One that ends its sender each time is not to go on forever.
  if (mail.attempts > static_cast<int>(schedule_.delays().size())) {
    finish(mail, MailState::refused, "Gave up: the mail could not be sent.");
    return;
  }
  const auto letter = store::single_read(pool_, [&](Transaction& transaction) {
    return mail_letter_store::find(transaction, mail.workspace, mail.id);
  });
  if (!letter) {
    return;
  }
  const MailWriter::Outcome written = writer_.write(mail.id, *letter, database_now());
  if (!written.message) {
    finish(mail, written.state, written.reason);
    return;
  }
  const MailMessage& message = *written.message;
  settle(worker, mail,
         worker.client.send(message.from.address, message.to.address, to_rfc5322(message)));
}

void Mailer::settle(Worker& worker, const mail_store::Leased& mail, const SmtpResult& result) {
  switch (result.kind) {
    case SmtpResult::Kind::sent:
      finish(mail, MailState::sent, {});
      return;
    case SmtpResult::Kind::refused:
      finish(mail, MailState::refused, result.reason);
      return;
    case SmtpResult::Kind::given_up:
      store::in_transaction(
          pool_, [&](Transaction& transaction) { mail_store::give_back(transaction, mail); });
      return;
    case SmtpResult::Kind::deferred:
      break;
  }
  const double chance = std::uniform_real_distribution(0.0, 1.0)(worker.chance);
  if (const auto next = schedule_.next({.attempts = mail.attempts}, chance)) {
    finish(mail, MailState::deferred, result.reason, *next);
    return;
  }
  finish(mail, MailState::refused,
         "Gave up after " + std::to_string(mail.attempts) + " attempts. " + result.reason);
}

void Mailer::finish(const mail_store::Leased& mail, MailState state, const std::string& reason,
                    const std::optional<std::chrono::milliseconds>& next) {
  const auto kept = reason.empty() ? std::nullopt : std::optional(shortened(reason));
  store::in_transaction(pool_, [&](Transaction& transaction) {
    mail_store::finish(transaction, mail, state, kept, next);
  });
  ++(state == MailState::sent       ? sent_
     : state == MailState::deferred ? deferred_
     : state == MailState::refused  ? refused_
                                    : cancelled_);
  const std::string id = mail.id.text();
  // What a server says may hold an address, and is told to the sender alone.
  telemetry::log(telemetry::Level::info, "mail",
                 {{"mail_id", std::string_view(id)},
                  {"state", core::to_text(state)},
                  {"attempts", std::int64_t{mail.attempts}}});
}

}  // namespace vitrine::jobs

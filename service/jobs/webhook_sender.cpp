#include "service/jobs/webhook_sender.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "service/database_clock.hpp"
#include "service/jobs/webhook_message.hpp"
#include "service/store/event_store.hpp"
#include "service/store/webhook_store.hpp"
#include "service/telemetry/log.hpp"

namespace vitrine::jobs {
namespace {

namespace queue = store::delivery_queue;
namespace webhook_store = store::webhook_store;
using std::chrono::steady_clock;
using store::Transaction;

constexpr std::chrono::milliseconds kPause{250};
constexpr std::chrono::seconds kTidyPause{5};
constexpr int kMostInFlight = 64;
constexpr int kMostOfEndpoint = 4;
constexpr int kMostOfFailingEndpoint = 1;
constexpr int kEndpointsAtOnce = 256;
constexpr int kTidyBatch = 1000;
constexpr int kGone = 410;
constexpr int kTooManyRequests = 429;
constexpr std::chrono::milliseconds kLongestHold = std::chrono::minutes(10);
constexpr int kLeaseTimes = 4;
constexpr std::chrono::hours kFailingFor{5 * 24};

WebhookClient::Options client_options(const WebhookOptions& options) {
  WebhookClient::Options client;
  client.destinations = options.destinations;
  client.timeout = options.timeout;
  client.connect_timeout = std::min(client.connect_timeout, client.timeout);
  client.ca_file = options.ca_file;
  return client;
}

}  // namespace

WebhookSender::WebhookSender(store::Pool& pool, const core::LinkKeys& keys,
                             const WebhookOptions& options)
    : pool_(pool),
      options_(options),
      keys_(keys),
      loop_("webhooks", {kPause}, [this] { return round(); }),
      client_(client_options(options)) {}

void WebhookSender::start() { loop_.start(); }

// What has landed is written down first: it makes room, and its endpoints are judged by it.
bool WebhookSender::round() {
  record();
  if (leaving_) {
    return false;
  }
  const bool taken = take();
  const bool tidied = tidy();
  return taken || tidied;
}

void WebhookSender::record() {
  std::vector<Finished> landed;
  {
    const std::lock_guard lock(mutex_);
    landed.swap(landed_);
  }
  if (landed.empty()) {
    return;
  }
  // Senders lock the rows of endpoints in one order.
  std::ranges::sort(landed, {}, [](const Finished& each) { return each.delivery.endpoint; });
  Tally tally;
  try {
    store::in_transaction(pool_, [&](Transaction& transaction) {
      tally = {};
      for (const Finished& finished : landed) {
        settle(transaction, finished, tally);
      }
    });
  } catch (const std::exception&) {
    const std::lock_guard lock(mutex_);
    std::ranges::move(landed, std::back_inserter(landed_));
    throw;
  }
  make_room(landed, tally);
}

// What another sender has taken meanwhile, because this one was too late, is no longer ours to
// judge.
void WebhookSender::settle(Transaction& transaction, const Finished& finished, Tally& tally) {
  const Leased& delivery = finished.delivery;
  const double chance = std::generate_canonical<double, 32>(chance_);
  Outcome outcome = outcome_of(delivery, finished.answer, finished.at, options_.schedule, chance);
  if (finished.hopeless) {
    outcome.state = core::DeliveryState::failed;
  }
  if (!queue::settle(transaction, delivery.id, delivery.attempt, outcome)) {
    return;
  }
  ++tally.attempts;
  tally.succeeded += outcome.state == core::DeliveryState::succeeded ? 1 : 0;
  tally.failed += outcome.state == core::DeliveryState::failed ? 1 : 0;
  tally.disabled += !finished.hopeless && disable_endpoint(transaction, finished) ? 1 : 0;
  if (finished.answer.status == kTooManyRequests || finished.answer.retry_after) {
    held_[delivery.endpoint] = steady_clock::now() + std::min(outcome.next_in, kLongestHold);
  }
}

// Puts down how the endpoint does; true when that has ended it. The owner asked for a test, so that
// its failure tells nothing new.
bool WebhookSender::disable_endpoint(Transaction& transaction, const Finished& finished) {
  const auto& [delivery, at, answer, hopeless] = finished;
  std::optional<core::WorkspaceId> workspace;
  core::DisabledReason reason = core::DisabledReason::gone;
  if (has_arrived(answer)) {
    webhook_store::set_working(transaction, delivery.endpoint);
  } else if (answer.status == kGone) {
    workspace = webhook_store::disable_gone(transaction, delivery.endpoint, delivery.url);
  } else if (!delivery.test) {
    reason = core::DisabledReason::failing;
    webhook_store::set_failing(transaction, delivery.endpoint, delivery.url);
    workspace = webhook_store::disable_failing(transaction, delivery.endpoint, kFailingFor);
  }
  if (workspace) {
    store::event_store::append(
        transaction, *workspace,
        {{core::EventType::webhook_disabled,
          {.webhook = delivery.endpoint, .reason = std::string(to_text(reason))}}});
  }
  return workspace.has_value();
}

void WebhookSender::make_room(const std::vector<Finished>& landed, const Tally& tally) {
  for (const Finished& finished : landed) {
    flights_.erase(finished.delivery.id);
    if (--busy_[finished.delivery.endpoint] == 0) {
      busy_.erase(finished.delivery.endpoint);
    }
  }
  in_flight_ = static_cast<int>(flights_.size());
  attempts_ += tally.attempts;
  succeeded_ += tally.succeeded;
  failed_ += tally.failed;
  disabled_total_ += tally.disabled;
}

// One delivery for each endpoint whose turn it is, then more for those that may have more.
std::vector<queue::Quota> WebhookSender::choose(int room) {
  auto endpoints = store::single_read(pool_, [&](Transaction& transaction) {
    return queue::endpoints(transaction, turn_, kEndpointsAtOnce);
  });
  const bool all = endpoints.size() < kEndpointsAtOnce;
  turn_ = all ? std::nullopt : std::optional(endpoints.back().id);
  std::vector<queue::Quota> quotas;
  std::vector<int> wishes;
  disabled_.clear();
  std::erase_if(held_,
                [now = steady_clock::now()](const auto& hold) { return hold.second <= now; });
  for (const queue::Endpoint& endpoint : endpoints) {
    const int most = endpoint.failing ? kMostOfFailingEndpoint : kMostOfEndpoint;
    const auto busy = busy_.find(endpoint.id);
    const int wish =
        held_.contains(endpoint.id) ? 0 : most - (busy == busy_.end() ? 0 : busy->second);
    if (endpoint.disabled) {
      disabled_.push_back(endpoint.id);
    } else if (endpoint.due && wish > 0 && room == 0) {
      turn_ = quotas.back().endpoint;  // who is left out is the first of the next turn
      break;
    } else if (endpoint.due && wish > 0) {
      quotas.push_back({endpoint.id, 1});
      wishes.push_back(wish);
      --room;
    }
  }
  for (std::size_t i = 0; i < quotas.size() && room > 0; ++i) {
    const int more = std::min(wishes[i] - 1, room);
    quotas[i].deliveries += more;
    room -= more;
  }
  return quotas;
}

bool WebhookSender::take() {
  const int room = kMostInFlight - static_cast<int>(flights_.size());
  if (room <= 0) {
    return false;
  }
  const bool midway = turn_.has_value();
  const auto quotas = choose(room);
  if (quotas.empty()) {
    return midway;  // from the beginning, then
  }
  const auto taken = store::in_transaction(pool_, [&](Transaction& transaction) {
    return queue::lease(transaction, quotas, options_.timeout * kLeaseTimes);
  });
  for (const Leased& delivery : taken) {
    flights_.emplace(delivery.id, delivery);
    ++busy_[delivery.endpoint];
  }
  in_flight_ = static_cast<int>(flights_.size());
  for (const Leased& delivery : taken) {
    post(delivery);
  }
  return midway || !taken.empty();
}

void WebhookSender::post(const Leased& delivery) {
  const core::Instant now = database_now();
  const auto event = event_of(delivery);
  if (!event) {
    land({delivery, now, {.fault = "The event is no longer kept."}, true});
    return;
  }
  auto request = webhook_request(delivery, *event, keys_, now);
  if (!request) {
    land({delivery, now, {.fault = "The secret can no longer be read: rotate it."}, true});
    return;
  }
  client_.post(*std::move(request), [this, delivery, now](WebhookAnswer answer) {
    land({delivery, now, std::move(answer)});
  });
}

void WebhookSender::land(Finished finished) {
  {
    const std::lock_guard lock(mutex_);
    landed_.push_back(std::move(finished));
  }
  landing_.notify_one();
  loop_.wake();
}

// Ends what waits for endpoints that get nothing, and clears away what deleted ones have left.
bool WebhookSender::tidy() {
  bool more = false;
  for (const core::WebhookId& endpoint : disabled_) {
    const auto ended = store::in_transaction(pool_, [&](Transaction& transaction) {
      return queue::give_up(transaction, endpoint, kTidyBatch);
    });
    failed_ += static_cast<std::uint64_t>(ended);
    more = more || ended == kTidyBatch;
  }
  if (steady_clock::now() - tidied_at_ >= kTidyPause) {
    const auto removed = store::in_transaction(pool_, [](Transaction& transaction) {
      return webhook_store::remove_deleted(transaction, kTidyBatch);
    });
    const bool full = removed == kTidyBatch;
    tidied_at_ = full ? tidied_at_ : steady_clock::now();
    more = more || full;
  }
  return more;
}

void WebhookSender::stop() {
  begin_stop();
  loop_.stop();
  try {
    wait_for_flights();
    client_.stop();
    record();
    give_back_flights();
  } catch (const std::exception& error) {
    // What was in flight comes due again when its lease ends.
    telemetry::log(telemetry::Level::warning, "webhooks_left_in_flight",
                   {{"detail", std::string_view(error.what())}});
  }
  client_.stop();
}

void WebhookSender::wait_for_flights() {
  const auto deadline = steady_clock::now() + options_.timeout;
  while (!flights_.empty() && steady_clock::now() < deadline) {
    {
      std::unique_lock lock(mutex_);
      landing_.wait_until(lock, deadline, [this] { return !landed_.empty(); });
    }
    record();
  }
}

void WebhookSender::give_back_flights() {
  if (flights_.empty()) {
    return;
  }
  store::in_transaction(pool_, [&](Transaction& transaction) {
    for (const auto& [id, delivery] : flights_) {
      queue::give_back(transaction, id, delivery.attempt);
    }
  });
  flights_.clear();
  in_flight_ = 0;
}

WebhookSender::Stats WebhookSender::stats() const {
  return {.succeeded_total = succeeded_,
          .failed_total = failed_,
          .attempts_total = attempts_,
          .disabled_total = disabled_total_,
          .in_flight = in_flight_};
}

}  // namespace vitrine::jobs

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "service/core/link_token.hpp"
#include "service/jobs/job_loop.hpp"
#include "service/jobs/webhook_client.hpp"
#include "service/jobs/webhook_options.hpp"
#include "service/store/delivery_queue.hpp"
#include "service/webhook_key_box.hpp"

namespace vitrine::jobs {

// Sends what waits for webhooks. Any number of senders may run at once, in any number of processes;
// each event arrives at least once. No transaction is open while it talks. It is fair: endpoints
// take turns, none has more than a few deliveries in flight, and one that is failing has a single
// one, so that a dead endpoint keeps no other waiting. Thread-safe.
class WebhookSender {
 public:
  WebhookSender(store::Pool& pool, const core::LinkKeys& keys, const WebhookOptions& options);
  ~WebhookSender() { stop(); }

  void start();
  void wake() { loop_.wake(); }  // there may be something to send

  void begin_stop() { leaving_ = true; }  // takes no more from now on

  // Takes no more, lets what is in flight finish for at most the time of one attempt, and gives the
  // rest back. Repeating it is harmless. Not thread-safe against itself.
  void stop();

  struct Stats {
    std::uint64_t succeeded_total, failed_total;  // deliveries that are over
    std::uint64_t attempts_total;
    std::uint64_t disabled_total;  // endpoints, for being gone or failing
    int in_flight;
  };
  Stats stats() const;
  const JobLoop& loop() const { return loop_; }

 private:
  using Leased = store::delivery_queue::Leased;
  struct Finished {
    Leased delivery;
    core::Instant at;
    WebhookAnswer answer;
    bool hopeless = false;  // it cannot be sent, and never will be
  };

  // What one recording has changed; counted when it is committed.
  struct Tally {
    std::uint64_t attempts = 0, succeeded = 0, failed = 0, disabled = 0;
  };

  bool round();
  void record();
  void settle(store::Transaction& transaction, const Finished& finished, Tally& tally);
  bool disable_endpoint(store::Transaction& transaction, const Finished& finished);
  void make_room(const std::vector<Finished>& landed, const Tally& tally);
  bool tidy();
  std::vector<store::delivery_queue::Quota> choose(int room);
  bool take();
  void post(const Leased& delivery);
  void land(Finished finished);
  void wait_for_flights();
  void give_back_flights();

  store::Pool& pool_;
  const WebhookOptions options_;
  const WebhookKeyBox keys_;

  // The loop's own; and stop()'s, once the loop has ended.
  std::map<core::DeliveryId, Leased> flights_;
  std::map<core::WebhookId, int> busy_;    // flights of each endpoint
  std::optional<core::WebhookId> turn_;    // who was asked last
  std::vector<core::WebhookId> disabled_;  // for whom deliveries wait all the same
  std::map<core::WebhookId, std::chrono::steady_clock::time_point> held_;  // asked for a pause
  std::chrono::steady_clock::time_point tidied_at_{};
  std::minstd_rand chance_{std::random_device{}()};

  std::mutex mutex_;  // guards landed_
  std::condition_variable landing_;
  std::vector<Finished> landed_;

  std::atomic<std::uint64_t> succeeded_ = 0, failed_ = 0, attempts_ = 0, disabled_total_ = 0;
  std::atomic<int> in_flight_ = 0;
  std::atomic<bool> leaving_ = false;
  JobLoop loop_;
  WebhookClient client_;  // ends first, because it calls back
};

}  // namespace vitrine::jobs

#include "service/store/delivery_queue.hpp"

#include <catch2/catch.hpp>
#include <mutex>
#include <set>

#include "service/clock.hpp"
#include "service/store/delivery_store.hpp"
#include "service/store/webhook_store.hpp"
#include "service/webhooks.hpp"
#include "tests/support/plans.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using namespace std::chrono_literals;
using test::TestService;
namespace queue = store::delivery_queue;
using queue::Leased;

namespace {

class Queue {
 public:
  explicit Queue(const std::string& more_conninfo = "")
      : service(4, more_conninfo),
        webhooks(service.pool, *service.link_keys, jobs::Destinations::public_https) {}

  core::WebhookId given_webhook() {
    core::WebhookDraft draft;
    draft.url = "https://hooks.example.com";
    return webhooks.create(service.me, draft, {}).shown.webhook.id;
  }

  // So many deliveries that are due, of events of the feed.
  void given_deliveries(const core::WebhookId& webhook, int count) {
    const std::string id = webhook.uuid().text();
    service.database.run(
        "WITH made AS (INSERT INTO event (position, event_id, workspace_id, type, occurred_at)"
        " SELECT nextval('event_position'), new_uuid(), workspace_id, 'policy.updated', now()"
        "   FROM webhook, generate_series(1, " +
        std::to_string(count) + ") WHERE webhook_id = '" + id +
        "' RETURNING event_id, workspace_id)"
        " INSERT INTO delivery (workspace_id, webhook_id, event_id)"
        " SELECT workspace_id, '" +
        id + "', event_id FROM made");
  }

  template <class Work>
  auto run(Work work) {
    return store::in_transaction(service.pool, work);
  }

  std::vector<Leased> lease(const core::WebhookId& webhook, int count,
                            std::chrono::seconds time = 60s) {
    return run([&](store::Transaction& transaction) {
      return queue::lease(transaction, {{webhook, count}}, time);
    });
  }

  bool settle(const Leased& delivery, core::DeliveryState state) {
    const core::DeliveryAttempt attempt{delivery.attempt, wall_clock_now(), 7, 204, {}, {}};
    return run([&](store::Transaction& transaction) {
      return queue::settle(transaction, delivery.id, delivery.attempt, {state, 1s, attempt});
    });
  }

  int count(const std::string& state) {
    return service.database.count("SELECT count(*) FROM delivery WHERE state = '" + state + "'");
  }

  TestService service;
  Webhooks webhooks;
};

}  // namespace

TEST_CASE("an event that only a newer program knows is left to it") {
  Queue queue;
  const core::WebhookId webhook = queue.given_webhook();
  queue.given_deliveries(webhook, 3);
  queue.service.database.run(
      "UPDATE event SET type = 'share.renamed'"
      " WHERE event_id = (SELECT event_id FROM delivery ORDER BY delivery_id LIMIT 1)");
  CHECK(queue.lease(webhook, 10).size() == 2);
  CHECK(queue.lease(webhook, 10).empty());
  queue.service.database.run(
      "UPDATE event SET type = 'share.updated' WHERE type = 'share.renamed'");
  CHECK(queue.lease(webhook, 10).size() == 1);
}

TEST_CASE("any number of senders hold each delivery once") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 200);
  std::mutex mutex;
  std::multiset<core::DeliveryId> taken;
  const int failures = test::failures_together(6, [&](int) {
    for (;;) {
      const auto some = queue_of.lease(webhook, 4);
      const std::lock_guard lock(mutex);
      for (const Leased& one : some) taken.insert(one.id);
      if (taken.size() >= 200)
        return;
    }
  });
  CHECK(failures == 0);
  CHECK(taken.size() == 200);
  CHECK(std::set<core::DeliveryId>(taken.begin(), taken.end()).size() == 200);
}

TEST_CASE("what a dead sender held comes due again, and a late report counts for nothing") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 1);
  const auto late = queue_of.lease(webhook, 1, 0s);
  REQUIRE(late.size() == 1);
  const auto next = queue_of.lease(webhook, 1);
  REQUIRE(next.size() == 1);
  CHECK(next[0].id == late[0].id);
  CHECK(next[0].attempt == 2);
  CHECK_FALSE(queue_of.settle(late[0], core::DeliveryState::failed));
  CHECK(queue_of.settle(next[0], core::DeliveryState::succeeded));
  CHECK_FALSE(queue_of.settle(next[0], core::DeliveryState::failed));
  CHECK(queue_of.count("succeeded") == 1);
  CHECK(queue_of.service.database.run("SELECT string_agg(attempt::text, ',') FROM "
                                      "delivery_attempt") == "2");
}

TEST_CASE("a delivery that is given back is as if it had never been taken") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 1);
  const auto taken = queue_of.lease(webhook, 1);
  REQUIRE(taken.size() == 1);
  CHECK(queue_of.lease(webhook, 1).empty());
  queue_of.run([&](store::Transaction& transaction) {
    queue::give_back(transaction, taken[0].id, taken[0].attempt);
  });
  const auto again = queue_of.lease(webhook, 1);
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempt == 1);
}

TEST_CASE("a failed delivery waits as long as it is told") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 1);
  CHECK(queue_of.settle(queue_of.lease(webhook, 1).at(0), core::DeliveryState::pending));
  CHECK(queue_of.lease(webhook, 1).empty());
  CHECK(queue_of.service.database.run(
            "SELECT next_attempt_at BETWEEN now() - interval '5 s' AND now() + interval '1 s' "
            "FROM delivery") == "t");
  queue_of.service.database.run("UPDATE delivery SET next_attempt_at = now()");
  CHECK(queue_of.lease(webhook, 1).at(0).attempt == 2);
}

TEST_CASE("each endpoint gets its quota, whatever waits for the others") {
  Queue queue_of;
  const auto crowded = queue_of.given_webhook();
  const auto other = queue_of.given_webhook();
  queue_of.given_deliveries(crowded, 500);
  queue_of.given_deliveries(other, 3);
  const auto taken = queue_of.run([&](store::Transaction& transaction) {
    return queue::lease(transaction, {{crowded, 2}, {other, 2}}, 60s);
  });
  REQUIRE(taken.size() == 4);
  CHECK(std::ranges::count(taken, crowded, &Leased::endpoint) == 2);
  CHECK(std::ranges::count(taken, other, &Leased::endpoint) == 2);
}

TEST_CASE("looking for work costs a few pages for each endpoint, not for each delivery") {
  Queue queue_of(test::kExplain);
  std::vector<core::WebhookId> webhooks;
  webhooks.reserve(5);
  for (int i = 0; i < 5; ++i) webhooks.push_back(queue_of.given_webhook());
  queue_of.given_deliveries(webhooks[0], 50'000);
  for (int i = 1; i < 5; ++i) queue_of.given_deliveries(webhooks[i], 10);
  queue_of.service.database.run("ANALYZE");
  std::vector<queue::Endpoint> found;
  const std::string looking = test::plan_of("delivery_queue.endpoints", [&] {
    found = queue_of.run([](store::Transaction& transaction) {
      return queue::endpoints(transaction, std::nullopt, 256);
    });
  });
  CHECK(found.size() == 5);
  CHECK(std::ranges::all_of(found, [](const auto& endpoint) { return endpoint.due; }));
  CAPTURE(looking);
  CHECK(test::pages_of(looking) > 0);
  CHECK(test::pages_of(looking) < 100);
  const std::string taking =
      test::plan_of("delivery_queue.lease", [&] { queue_of.lease(webhooks[0], 4); });
  CAPTURE(taking);
  CHECK(test::pages_of(taking) > 0);
  CHECK(test::pages_of(taking) < 300);
}

TEST_CASE("endpoints are looked at in turns") {
  Queue queue_of;
  std::set<core::WebhookId> webhooks;
  for (int i = 0; i < 5; ++i) {
    const auto webhook = queue_of.given_webhook();
    queue_of.given_deliveries(webhook, 1);
    webhooks.insert(webhook);
  }
  std::set<core::WebhookId> seen;
  std::optional<core::WebhookId> after;
  for (const std::size_t expected : {2U, 2U, 1U}) {
    const auto some = queue_of.run(
        [&](store::Transaction& transaction) { return queue::endpoints(transaction, after, 2); });
    REQUIRE(some.size() == expected);
    for (const auto& endpoint : some) seen.insert(endpoint.id);
    after = some.back().id;
  }
  CHECK(seen == webhooks);
}

TEST_CASE("what waits for a disabled endpoint is given up, and for no other") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 5);
  const auto give_up = [&] {
    return queue_of.run(
        [&](store::Transaction& transaction) { return queue::give_up(transaction, webhook, 3); });
  };
  CHECK(give_up() == 0);
  core::WebhookPatch patch;
  patch.enabled = false;
  queue_of.webhooks.update(queue_of.service.me, webhook, patch);
  CHECK(queue_of.lease(webhook, 1).empty());
  queue_of.service.database.run("UPDATE delivery SET next_attempt_at = now()");
  CHECK(give_up() == 3);
  CHECK(give_up() == 2);
  CHECK(queue_of.count("failed") == 5);
}

TEST_CASE("sending again since a time goes on where it stopped, and misses and repeats nothing") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 25);
  queue_of.service.database.run("DELETE FROM delivery");
  core::Instant since{};
  std::vector<std::int64_t> counts;
  for (bool more = true; more && counts.size() < 9;) {
    const auto repeated = queue_of.run([&](store::Transaction& transaction) {
      return store::delivery_store::repeat_since(transaction, queue_of.service.me.workspace,
                                                 webhook, since, 10);
    });
    counts.push_back(repeated.count);
    more = repeated.more_since.has_value();
    since = repeated.more_since.value_or(since);
  }
  CHECK(counts == std::vector<std::int64_t>{10, 10, 5});
  CHECK(queue_of.service.database.count("SELECT count(DISTINCT event_id) FROM delivery") == 25);
}

TEST_CASE("the deliveries of a removed webhook are cleared away some at a time, and then it goes") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  const auto other = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 15);
  queue_of.given_deliveries(other, 5);
  queue_of.webhooks.remove(queue_of.service.me, webhook, {});
  const auto clear = [&] {
    return queue_of.run([](store::Transaction& transaction) {
      return store::webhook_store::remove_deleted(transaction, 10);
    });
  };
  CHECK(clear() == 10);
  CHECK(clear() == 5);
  CHECK(queue_of.service.database.count("SELECT count(*) FROM webhook") == 2);
  queue_of.service.database.run(
      "UPDATE webhook SET deleted_at = now() - interval '2 hours' "
      "WHERE deleted_at IS NOT NULL");
  CHECK(clear() == 0);
  CHECK(queue_of.service.database.count("SELECT count(*) FROM webhook") == 1);
  CHECK(queue_of.service.database.count("SELECT count(*) FROM delivery") == 5);
}

TEST_CASE("what was over long ago is removed with its attempts, and nothing else") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  queue_of.given_deliveries(webhook, 6);
  for (const Leased& delivery : queue_of.lease(webhook, 4)) {
    queue_of.settle(delivery, core::DeliveryState::succeeded);
  }
  queue_of.service.database.run(
      "UPDATE delivery SET created_at = now() - interval '100 days';"
      "UPDATE delivery SET finished_at = now() - interval '91 days' WHERE delivery_id IN"
      " (SELECT delivery_id FROM delivery WHERE state = 'succeeded' LIMIT 3)");
  const auto purge = [&] {
    return queue_of.run([](store::Transaction& transaction) {
      return store::delivery_store::purge(transaction, std::chrono::days(90), 2);
    });
  };
  CHECK(purge() == 2);
  CHECK(purge() == 1);
  CHECK(purge() == 0);
  CHECK(queue_of.count("pending") == 2);
  CHECK(queue_of.service.database.count("SELECT count(*) FROM delivery_attempt") == 1);
}

TEST_CASE("the backlog tells how much is due and for how long") {
  Queue queue_of;
  const auto webhook = queue_of.given_webhook();
  const auto backlog = [&] { return queue_of.run(queue::backlog); };
  CHECK(backlog().deliveries == 0);
  CHECK(backlog().oldest_age == 0ms);
  queue_of.given_deliveries(webhook, 7);
  queue_of.service.database.run(
      "UPDATE delivery SET next_attempt_at = now() - interval '1 minute'");
  CHECK(backlog().deliveries == 7);
  CHECK(backlog().oldest_age >= 60s);
  queue_of.service.database.run("UPDATE delivery SET next_attempt_at = now() + interval '1 hour'");
  CHECK(backlog().deliveries == 0);
  CHECK(backlog().oldest_age == 0ms);
}

TEST_CASE("many who add webhooks at once do not exceed the most of a workspace") {
  Queue queue_of;
  for (int i = 0; i < core::kMaxWebhooks - 3; ++i) queue_of.given_webhook();
  std::atomic<int> refused = 0;
  CHECK(test::failures_together(8, [&](int) {
          const auto fault = test::fault_of([&] { queue_of.given_webhook(); });
          refused += fault == core::ErrorCode::conflict ? 1 : 0;
        }) == 0);
  CHECK(refused == 5);
  CHECK(queue_of.service.database.count("SELECT count(*) FROM webhook") == core::kMaxWebhooks);
}

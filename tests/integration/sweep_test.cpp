#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "service/clock.hpp"
#include "service/jobs/sweeper.hpp"
#include "service/store/event_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using test::TestService;

namespace {

// What happened to this share or link, in order, without what it was before the sweeper came.
std::string told(TestService& service, const std::string& column, const core::Uuid& id) {
  return service.database.run(
      "SELECT string_agg(type, ' ' ORDER BY entry) FROM event_inbox WHERE " + column + " = '" +
      id.text() + "' AND type NOT LIKE '%created'");
}

int count_of(TestService& service, const std::string& type) {
  return service.database.count("SELECT count(*) FROM event_inbox WHERE type = '" + type + "'");
}

core::Share given_share(TestService& service) { return service.given_share_of("harbour"); }

// Moves the window of a share into the past, as time does.
void pass(TestService& service, const core::Share& share, const std::string& interval) {
  const std::string id = share.id.uuid().text();
  service.database.run("UPDATE share SET starts_at = starts_at - interval '" + interval +
                       "', expires_at = expires_at - interval '" + interval +
                       "' WHERE share_id = '" + id + "'");
  service.database.run("UPDATE due SET due_at = due_at - interval '" + interval +
                       "' WHERE subject = '" + id + "' AND kind IN ('start', 'expire', 'forget')");
}

struct Swept : TestService {
  Swept() : TestService(8) {}
  jobs::Sweeper sweeper{pool, {}};
};

}  // namespace

TEST_CASE("a share that comes to its end says so once, and so do its links") {
  Swept service;
  const core::Share share = given_share(service);
  CHECK(service.sweeper.sweep_all() == 0);
  pass(service, share, "31 days");
  CHECK(service.sweeper.sweep_all() == 1);
  CHECK(service.sweeper.sweep_all() == 0);
  CHECK(told(service, "share_id", share.id.uuid()) == "share.expired link.expired");
  CHECK(service.database.run("SELECT count(DISTINCT occurred_at) FROM event_inbox "
                             "WHERE type LIKE '%expired'") == "1");
}

TEST_CASE("many sweepers at once tell every end once") {
  Swept service;
  for (int i = 0; i < 60; ++i) {
    pass(service, service.given_share_of("r" + std::to_string(i)), "31 days");
  }
  CHECK(test::failures_together(6, [&](int) {
          jobs::Sweeper another(service.pool, {});
          another.sweep_all();
        }) == 0);
  CHECK(count_of(service, "share.expired") == 60);
  CHECK(count_of(service, "link.expired") == 60);
}

TEST_CASE(
    "ends of one instant are told once each, in batches, and so is what comes to lie before") {
  Swept service;
  for (int i = 0; i < 230; ++i) {
    given_share(service);
  }
  service.database.run(
      "UPDATE share SET starts_at = starts_at - interval '31 days',"
      "                 expires_at = expires_at - interval '31 days';"
      "UPDATE due SET due_at = date_trunc('hour', now()) WHERE kind = 'expire'");
  CHECK(service.sweeper.sweep());
  const int batch = count_of(service, "share.expired");
  CHECK(batch > 0);
  CHECK(batch < 229);
  service.database.run(
      "UPDATE due SET due_at = due_at - interval '1 hour'"
      " WHERE kind = 'expire' AND subject = (SELECT max(subject::text)::uuid FROM due)");
  CHECK(service.sweeper.sweep_all() == 230 - batch);
  CHECK(count_of(service, "share.expired") == 230);
  CHECK(service.database.run("SELECT count(DISTINCT share_id) FROM event_inbox"
                             " WHERE type = 'share.expired'") == "230");
}

TEST_CASE("a scheduled share begins once") {
  Swept service;
  service.given_recording("harbour");
  core::ShareDraft draft = test::a_share_of("harbour");
  draft.window.starts_at = wall_clock_now() + std::chrono::hours(1);
  const core::Share share = service.shares.create(service.me, draft, {});
  CHECK(service.sweeper.sweep_all() == 0);
  pass(service, share, "2 hours");
  service.sweeper.sweep_all();
  service.sweeper.sweep_all();
  CHECK(told(service, "share_id", share.id.uuid()) == "share.started");
}

TEST_CASE("a share whose end is moved on after it ended has ended, and ends again") {
  Swept service;
  const core::Share share = given_share(service);
  pass(service, share, "31 days");
  core::SharePatch patch;
  patch.window.end = core::WindowEnd(wall_clock_now() + std::chrono::hours(24));
  service.shares.update(service.me, share.id, patch);
  CHECK(service.sweeper.sweep_all() == 0);
  CHECK(told(service, "share_id", share.id.uuid()) == "share.expired link.expired share.updated");
  pass(service, share, "31 days");
  service.sweeper.sweep_all();
  CHECK(count_of(service, "share.expired") == 2);
}

TEST_CASE("a revoked share does not expire") {
  Swept service;
  const core::Share share = given_share(service);
  service.shares.revoke(service.me, share.id, {});
  service.shares.revoke(service.me, share.id, {});
  pass(service, share, "31 days");
  service.sweeper.sweep_all();
  CHECK(told(service, "share_id", share.id.uuid()) == "share.revoked link.revoked");
}

TEST_CASE("a rotated link ends with its time of grace, or with its share when that is sooner") {
  Swept service;
  const core::Share share = given_share(service);
  const core::LinkId old = share.links.at(0).id;
  service.links.rotate(service.me, share.id, old, {std::chrono::hours(1), {}}, {});
  SECTION("sooner than the share") {
    service.database.run(
        "UPDATE link SET retires_at = now() - interval '40 days' "
        "WHERE retires_at IS NOT NULL");
    service.database.run("UPDATE due SET due_at = now() WHERE kind = 'retire'");
    service.sweeper.sweep_all();
    pass(service, share, "31 days");
  }
  SECTION("later than the share") {
    pass(service, share, "31 days");
    service.sweeper.sweep_all();
    service.database.run("UPDATE due SET due_at = now() WHERE kind = 'retire'");
  }
  service.sweeper.sweep_all();
  CHECK(told(service, "link_id", old.uuid()) == "link.rotated link.expired");
  CHECK(count_of(service, "link.expired") == 2);
}

TEST_CASE("a policy that is tightened ends shares that have run too long, and only those") {
  Swept service;
  service.given_recording("harbour");
  core::ShareDraft draft = test::a_share_of("harbour");
  draft.window.end = core::WindowEnd(core::Permanent());
  const core::Share old = service.shares.create(service.me, draft, {});
  const core::Share young = service.shares.create(service.me, draft, {});
  service.database.run("UPDATE share SET starts_at = now() - interval '3 days' WHERE share_id = '" +
                       old.id.uuid().text() + "'");
  core::PolicyPatch patch;
  patch.default_ttl = std::optional(std::chrono::seconds(3600));
  patch.max_ttl = std::optional(std::chrono::seconds(24 * 3600));
  service.policies.update(service.me, patch, {});
  service.sweeper.sweep_all();
  service.sweeper.sweep_all();
  CHECK(told(service, "share_id", old.id.uuid()) == "share.expired link.expired");
  CHECK(told(service, "share_id", young.id.uuid()).empty());
  SECTION("the second walk finds nothing to tell again") {
    service.database.run("UPDATE rescheduling SET not_before = now()");
    service.sweeper.sweep_all();
    CHECK(service.database.count("SELECT count(*) FROM rescheduling") == 0);
    CHECK(count_of(service, "share.expired") == 1);
  }
}

TEST_CASE("a recording that comes to its end is told once") {
  Swept service;
  core::RecordingDraft draft = test::a_recording();
  draft.expires_at = wall_clock_now() + std::chrono::hours(1);
  service.given_recording("harbour", draft);
  CHECK(service.sweeper.sweep_all() == 0);
  service.database.run("UPDATE recording SET expires_at = now() - interval '1 second'");
  service.database.run("UPDATE due SET due_at = now() WHERE kind = 'gone'");
  service.sweeper.sweep_all();
  service.sweeper.sweep_all();
  CHECK(service.database.run("SELECT string_agg(recording_id || ' ' || reason, ',') "
                             "FROM event_inbox WHERE type = 'recording.gone'") ==
        "harbour expired");
}

TEST_CASE("the dead are removed when the policy has kept them long enough, and nothing else is") {
  Swept service;
  core::PolicyPatch patch;
  patch.retention_days = std::optional(7);
  service.policies.update(service.me, patch, {});
  const core::Share revoked = given_share(service);
  const core::Share expired = given_share(service);
  const core::Share living = given_share(service);
  service.links.rotate(service.me, revoked.id, revoked.links.at(0).id, {}, {});
  service.comments.create(service.me, expired.id, {"hello", {}, {}, {}}, {});
  service.shares.revoke(service.me, revoked.id, {});
  pass(service, expired, "31 days");
  service.sweeper.sweep_all();
  CHECK(service.database.count("SELECT count(*) FROM share") == 3);

  SECTION("after that time") {
    service.database.run("UPDATE share SET revoked_at = revoked_at - interval '8 days'");
    pass(service, revoked, "8 days");
    pass(service, expired, "8 days");
    service.sweeper.sweep_all();
    CHECK(service.database.run("SELECT string_agg(share_id::text, ',') FROM share") ==
          living.id.uuid().text());
    CHECK(service.database.count("SELECT count(*) FROM link") == 1);
    CHECK(service.database.count("SELECT count(*) FROM comment") == 0);
    CHECK(service.database.count("SELECT count(*) FROM due WHERE kind <> 'expire'") == 0);
    CHECK(service.verdict_of(expired) == core::Verdict::link_not_found);
    CHECK(service.verdict_of(living) == core::Verdict::open);
  }
  SECTION("but not one that was brought back") {
    core::SharePatch again;
    again.window.end = core::WindowEnd(core::Permanent());
    service.shares.update(service.me, expired.id, again);
    service.database.run("UPDATE due SET due_at = now() WHERE kind = 'forget'");
    service.sweeper.sweep_all();
    CHECK(service.database.count("SELECT count(*) FROM share") == 3);
  }
}

TEST_CASE("old idempotency keys are removed") {
  Swept service;
  service.given_recording("harbour");
  for (const std::string key : {"old", "new"}) {
    service.shares.create(service.me, test::a_share_of("harbour"), core::IdempotencyKey{key, {}});
  }
  service.database.run(
      "UPDATE idempotency_key SET created_at = now() - interval '25 hours' "
      "WHERE idempotency_key = 'old'");
  service.sweeper.sweep_all();
  CHECK(service.database.run("SELECT string_agg(idempotency_key, ',') FROM idempotency_key") ==
        "new");
}

TEST_CASE(
    "events, deliveries and mails are removed when they were kept long enough, and not before") {
  Swept service;
  given_share(service);
  store::in_transaction(service.pool, [](store::Transaction& transaction) {
    return store::event_store::publish(transaction, 1000);
  });
  service.database.run(
      "INSERT INTO webhook (webhook_id, workspace_id, url, sealed_secret)"
      " SELECT new_uuid(), workspace_id, 'https://example.com', 'x' FROM workspace;"
      "INSERT INTO delivery (workspace_id, webhook_id, event_id, state, next_attempt_at,"
      "                      finished_at)"
      " SELECT w.workspace_id, w.webhook_id, event_id, 'succeeded', NULL, now() - age"
      "   FROM webhook w, event, unnest(ARRAY[interval '89 days', interval '91 days']) AS age"
      "  WHERE type = 'share.created'");
  service.database.run(
      "UPDATE event SET occurred_at = now() - interval '91 days' "
      "WHERE type = 'share.created'");
  service.database.run(
      "INSERT INTO mail (workspace_id, share_id, kind, state, next_attempt_at, updated_at)"
      " SELECT workspace_id, share_id, 'opened', 'sent', NULL, now() - age"
      "   FROM share, unnest(ARRAY[interval '89 days', interval '91 days']) AS age");
  service.sweeper.sweep_all();
  CHECK(service.database.count("SELECT count(*) FROM mail") == 1);
  CHECK(service.database.count("SELECT count(*) FROM event WHERE type = 'share.created'") == 0);
  CHECK(service.database.count("SELECT count(*) FROM event WHERE type = 'link.created'") == 1);
  CHECK(service.database.count("SELECT count(*) FROM delivery") == 1);
}

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "service/jobs/publisher.hpp"
#include "service/store/event_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using test::TestService;
namespace event_store = store::event_store;

namespace {

std::string told(TestService& service) {
  return service.database.run(
      "SELECT string_agg(type, ' ' ORDER BY entry) FROM event_inbox "
      "WHERE type NOT LIKE 'key.%'");
}

event_store::Published publish(TestService& service, int limit = 1000) {
  return store::in_transaction(service.pool, [&](store::Transaction& transaction) {
    return event_store::publish(transaction, limit);
  });
}

void given_events(TestService& service, int count) {
  service.database.run(
      "INSERT INTO event_inbox (workspace_id, type)"
      " SELECT workspace_id, 'policy.updated' FROM workspace, generate_series(1, " +
      std::to_string(count) + ")");
}

}  // namespace

TEST_CASE("an event that is committed late is published when many others have passed it") {
  TestService service;
  jobs::Publisher publisher(service.pool);
  while (publisher.publish()) {
  }
  store::in_transaction(service.pool, [&](store::Transaction& late) {
    event_store::append(late, service.me.workspace, {{core::EventType::recording_gone, {}}});
    given_events(service, 1000);
    CHECK(publisher.publish());
    CHECK(publisher.publish());
  });
  given_events(service, 10);
  while (publisher.publish()) {
  }
  publisher.publish();
  CHECK(service.database.count("SELECT count(*) FROM event_inbox") == 0);
  CHECK(service.database.run("SELECT type FROM event ORDER BY position DESC LIMIT 1") ==
        "recording.gone");
  CHECK(service.database.count("SELECT count(*) FROM event WHERE type = 'policy.updated'") == 1010);
}

TEST_CASE("every change is told once, and what changes nothing is not told") {
  TestService service;
  const core::Share share = service.given_share_of("harbour");
  const core::LinkId link = share.links.at(0).id;
  service.shares.disable(service.me, share.id, {});
  service.shares.disable(service.me, share.id, {});
  service.shares.enable(service.me, share.id, {});
  core::SharePatch patch;
  patch.label = std::optional<std::string>("for Ada");
  service.shares.update(service.me, share.id, patch);
  service.shares.update(service.me, share.id, patch);
  const auto comment = service.comments.create(service.me, share.id, {"hello", {}, {}, {}}, {});
  service.comments.remove(service.me, share.id, comment.id, {});
  service.links.rotate(service.me, share.id, link, {}, {});
  service.links.revoke(service.me, share.id, link, {});
  service.shares.revoke(service.me, share.id, {});
  service.shares.revoke(service.me, share.id, {});
  service.recordings.remove(service.me, share.recording_id, {});
  CHECK(told(service) ==
        "share.created link.created share.disabled share.enabled share.updated comment.created "
        "comment.deleted link.rotated link.created link.revoked share.revoked link.revoked "
        "recording.gone");
}

TEST_CASE("an event names the recording of its share, and nothing of its content") {
  TestService service;
  const core::Share share = service.given_share_of("harbour");
  CHECK(service.database.run("SELECT string_agg(DISTINCT recording_id, ',') FROM event_inbox "
                             "WHERE share_id IS NOT NULL") == "harbour");
}

TEST_CASE("what is rolled back is not told") {
  TestService service;
  const core::Share share = service.given_share_of("harbour");
  service.shares.revoke(service.me, share.id, {});
  const int before = service.database.count("SELECT count(*) FROM event_inbox");
  core::SharePatch patch;
  patch.label = std::optional<std::string>("too late");
  CHECK(test::fault_of([&] { service.shares.update(service.me, share.id, patch); }) ==
        core::ErrorCode::share_revoked);
  CHECK(service.database.count("SELECT count(*) FROM event_inbox") == before);
}

TEST_CASE("of twenty who change the same at once, one tells it") {
  TestService service(8);
  const core::Share share = service.given_share_of("harbour");
  CHECK(test::failures_together(
            20, [&](int) { service.shares.disable(service.me, share.id, {}); }) == 0);
  CHECK(test::failures_together(
            20, [&](int) { service.shares.revoke(service.me, share.id, {}); }) == 0);
  CHECK(told(service) == "share.created link.created share.disabled share.revoked link.revoked");
}

TEST_CASE("the last view of a link is told by whoever takes it") {
  TestService service(8);
  service.given_recording("harbour");
  core::ShareDraft draft = test::a_share_of("harbour");
  draft.max_views = 3;
  const core::Share share = service.shares.create(service.me, draft, {});
  for (int i = 0; i < 5; ++i) {
    service.verdict_of(share);
  }
  CHECK(told(service) == "share.created link.created link.used_up");
}

TEST_CASE("publishing keeps the order of a transaction, and is done once") {
  TestService service;
  service.given_share_of("harbour");
  service.given_share_of("canal");
  const int waiting = service.database.count("SELECT count(*) FROM event_inbox");
  CHECK(publish(service, 1).events == 1);
  CHECK(publish(service).events == waiting - 1);
  CHECK(publish(service).events == 0);
  CHECK(service.database.run("SELECT string_agg(type, ' ' ORDER BY position) FROM event "
                             "WHERE type NOT LIKE 'key.%'") ==
        "share.created link.created share.created link.created");
}

TEST_CASE("many publishers at once give every event one place") {
  TestService service(8);
  for (int i = 0; i < 30; ++i) {
    service.given_share_of("r" + std::to_string(i));
  }
  CHECK(test::failures_together(6, [&](int) {
          while (publish(service, 3).events > 0) {
          }
        }) == 0);
  CHECK(service.database.count("SELECT count(*) FROM event_inbox") == 0);
  CHECK(service.database.run("SELECT count(*) = count(DISTINCT event_id) FROM event") == "t");
  CHECK(service.database.count("SELECT count(*) FROM event WHERE type = 'link.created'") == 30);
}

TEST_CASE("an event goes once to each webhook that wants it") {
  TestService service;
  const std::string workspace = service.me.workspace.uuid().text();
  for (const std::string wants : {"NULL", "'{share.created}'", "'{share.revoked}'"}) {
    service.database.run(
        "INSERT INTO webhook (webhook_id, workspace_id, url, event_types, sealed_secret) VALUES "
        "(new_uuid(), '" +
        workspace + "', 'https://example.com', " + wants + ", 'x')");
  }
  service.database.run(
      "INSERT INTO webhook (webhook_id, workspace_id, url, sealed_secret, disabled_at, "
      "disabled_reason) VALUES (new_uuid(), '" +
      workspace + "', 'https://example.com', 'x', now(), 'owner')");
  const int waiting = service.database.count("SELECT count(*) FROM event_inbox");
  service.given_share_of("harbour");
  CHECK(publish(service).deliveries == waiting + 2 + 1);
}

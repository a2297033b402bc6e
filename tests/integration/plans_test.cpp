// How PostgreSQL runs the statements when there is much to search.
#include <catch2/catch.hpp>

#include "service/jobs/sweeper.hpp"
#include "service/store/mail_store.hpp"
#include "tests/support/plans.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using Catch::Matchers::Contains;
using test::kExplain;
using test::pages_of;
using test::plan_of;
using test::TestService;

namespace {

// 100,000 shares of 20,000 recordings in two workspaces, and as many recordings deleted.
void fill(TestService& service) {
  service.new_principal("crowd");
  // Without the triggers of foreign keys, which would cost most of the time.
  service.database.run(
      "SET session_replication_role = replica;"
      "CREATE TEMP TABLE tenant AS SELECT workspace_id FROM workspace;"
      "INSERT INTO recording (recording_uid, workspace_id, recording_id, title)"
      " SELECT gen_random_uuid(), workspace_id, 'bulk-' || n, 'Bulk'"
      "   FROM tenant, generate_series(1, 10000) n;"
      "INSERT INTO media_object SELECT recording_uid, 'a', 0, 'audio', 'audio/ogg', 'a.ogg', 1"
      "   FROM recording;"
      "INSERT INTO panel (recording_uid, kind, document)"
      " SELECT recording_uid, kind, '{\"segments\":[]}'"
      "   FROM recording, unnest(ARRAY['transcript', 'summary']) kind;"
      "INSERT INTO share (share_id, workspace_id, recording_uid, visible,"
      "                   requested_visible, starts_at)"
      " SELECT gen_random_uuid(), workspace_id, recording_uid, '{transcript}', '{transcript}', "
      "now()"
      "   FROM recording, generate_series(1, 5);"
      "INSERT INTO link (workspace_id, link_id, share_id, kid)"
      " SELECT workspace_id, gen_random_uuid(), share_id, 7 FROM share;"
      "INSERT INTO mail (workspace_id, share_id, link_id, kind, state, next_attempt_at)"
      " SELECT workspace_id, share_id, link_id, 'shared', 'sent', NULL FROM link;"
      "INSERT INTO comment (comment_id, workspace_id, share_id, link_id, body)"
      " SELECT gen_random_uuid(), workspace_id, share_id, link_id, 'Look.' FROM link;"
      "INSERT INTO recording (recording_uid, workspace_id, recording_id, title, deleted_at)"
      " SELECT gen_random_uuid(), workspace_id, 'gone-' || n, '', now()"
      "   FROM tenant, generate_series(1, 10000) n;"
      "ANALYZE");
}

}  // namespace

TEST_CASE("a sweep with nothing due reads a handful of pages among 100,000 shares") {
  TestService service(2, kExplain);
  fill(service);
  service.database.run(
      "INSERT INTO due (subject, kind, workspace_id, due_at)"
      " SELECT share_id, kind, workspace_id, now() + interval '1 hour' FROM share,"
      "        unnest(ARRAY['expire', 'start', 'remind', 'forget']) AS kind;"
      "ANALYZE due");
  jobs::Sweeper sweeper(service.pool, {});
  const std::string plan = plan_of("sweep_store.pending", [&] { CHECK_FALSE(sweeper.sweep()); });
  CAPTURE(plan);
  CHECK(pages_of(plan) > 0);
  CHECK(pages_of(plan) < 40);  // nine looks at the edge of an index, three or four pages each
}

TEST_CASE("a batch of a mountain is searched from where the last one ended") {
  TestService service(2, kExplain);
  fill(service);
  service.database.run(
      "INSERT INTO due (subject, kind, workspace_id, due_at)"
      " SELECT share_id, 'expire', workspace_id, date_trunc('hour', now()) FROM share;"
      "ANALYZE due");
  jobs::Sweeper sweeper(service.pool, {});
  CHECK(sweeper.sweep());
  const std::string plan = plan_of("sweep_store.expire", [&] { CHECK(sweeper.sweep()); });
  CAPTURE(plan);
  CHECK_THAT(plan, Contains("Index Cond: ((kind = 'expire'::text) AND (due_at <= now()) AND "
                            "(ROW(due_at, subject) > ROW("));
  CHECK_THAT(plan, !Contains("Seq Scan"));
}

TEST_CASE(
    "a mail is taken by index however many wait, and whatever another workspace has waiting") {
  TestService service(2, kExplain);
  fill(service);
  service.database.run(
      "UPDATE mail SET state = 'queued', next_attempt_at = now() - interval '1 hour'"
      " WHERE workspace_id <> (SELECT workspace_id FROM workspace ORDER BY created_at LIMIT 1)"
      "    OR share_id IN (SELECT share_id FROM share ORDER BY share_id LIMIT 100);"
      "ANALYZE mail");
  const std::string plan = plan_of("mail_store.lease", [&] {
    CHECK(store::in_transaction(service.pool, [](store::Transaction& transaction) {
            return store::mail_store::lease(transaction, 1, std::chrono::seconds(60)).size();
          }) == 1);
  });
  CAPTURE(plan);
  CHECK_THAT(plan, Contains("mail_due") && !Contains("Seq Scan on mail"));
  CHECK(pages_of(plan) > 0);
  CHECK(pages_of(plan) < 80);
}

TEST_CASE("lists and resolves find their rows by index among 100,000 shares") {
  TestService service(2, kExplain);
  fill(service);
  const auto id = test::recording_id("bulk-7");
  const auto first = service.shares.list(service.me, {}, {});
  REQUIRE(first.next);
  const core::PageRequest second{.size = 50, .after = first.next};

  const std::string shares =
      plan_of("share_list.page", [&] { service.shares.list(service.me, second, {}); });
  CHECK_THAT(shares, Contains("share_newest") && !Contains("Seq Scan") && Contains("rows=51"));

  const std::string of_recording =
      plan_of("share_list.page", [&] { service.shares.list(service.me, {}, {.recording = id}); });
  CHECK_THAT(of_recording, Contains("share_of_recording") && Contains("recording_living") &&
                               !Contains("Seq Scan"));

  const std::string one =
      plan_of("share_store.read", [&] { service.shares.get(service.me, first.items[0].id); });
  CHECK_THAT(one, Contains("rows=1 ") && !Contains("Seq Scan"));

  const std::string recordings =
      plan_of("recording_store.read", [&] { service.recordings.list(service.me, {}); });
  CHECK_THAT(recordings, Contains("recording_newest") && !Contains("Seq Scan"));

  const std::string by_id =
      plan_of("recording_store.read", [&] { service.recordings.get(service.me, id); });
  CHECK_THAT(by_id, Contains("recording_living") && !Contains("Seq Scan"));

  const core::ShareId share = first.items[0].id;
  const std::string links =
      plan_of("link_store.read", [&] { service.links.list(service.me, share, {}); });
  CHECK_THAT(links, Contains("link_of_share") && !Contains("Seq Scan"));

  const std::string comments =
      plan_of("comment_store.page", [&] { service.comments.list(service.me, share, {}); });
  CHECK_THAT(comments, Contains("comment_of_share") && !Contains("Seq Scan"));

  const std::string resolve =
      plan_of("resolve_store.find", [&] { service.resolve(first.items[0]); });
  const std::string open = plan_of("view_store.find", [&] {
    test::fault_of([&] {
      service.report({.token = TestService::token_of(first.items[0]), .session = "none"});
    });
  });
  CHECK_THAT(open, Contains("link_pkey") && Contains("share_pkey") && !Contains("Seq Scan"));

  CHECK_THAT(resolve, Contains("link_pkey") && Contains("share_pkey") &&
                          Contains("recording_pkey") && Contains("policy_pkey") &&
                          Contains("media_object_pkey") && Contains("panel_pkey") &&
                          Contains("comment_of_share") && !Contains("Seq Scan"));
}

// Ids that ascend, as real ones do, so that PostgreSQL takes the newest of all to lie together.
TEST_CASE("the newest shares of a workspace are found although all newer ones are another's") {
  TestService service(2, kExplain);
  service.new_principal("crowd");
  service.database.run(
      "SET session_replication_role = replica;"
      "CREATE FUNCTION ascending(n int) RETURNS uuid LANGUAGE sql AS"
      " $$ SELECT ('01000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;"
      "CREATE TEMP TABLE tenant AS"
      " SELECT workspace_id, name = 'crowd' AS is_crowd, ascending(0) AS uid FROM workspace;"
      "INSERT INTO recording (recording_uid, workspace_id, recording_id, title)"
      " SELECT gen_random_uuid(), workspace_id, 'r', 'R' FROM tenant;"
      "UPDATE tenant SET uid = (SELECT recording_uid FROM recording r"
      "                          WHERE r.workspace_id = tenant.workspace_id);"
      "CREATE TEMP VIEW made AS SELECT n, workspace_id, uid, is_crowd FROM tenant,"
      " generate_series(1, 50000) n WHERE n <= 20000 AND (n % 2 = 0) = is_crowd"
      "                                OR n > 20000 AND is_crowd;"
      "INSERT INTO share (share_id, workspace_id, recording_uid, visible, requested_visible,"
      "                   starts_at)"
      " SELECT ascending(n), workspace_id, uid, '{}', '{}', now() FROM made WHERE n <= 20000"
      "  ORDER BY n;"
      "ANALYZE;"
      "INSERT INTO share (share_id, workspace_id, recording_uid, visible, requested_visible,"
      "                   starts_at)"
      " SELECT ascending(n), workspace_id, uid, '{}', '{}', now() FROM made WHERE n > 20000");
  const std::string plan =
      plan_of("share_list.page", [&] { service.shares.list(service.me, {}, {}); });
  CHECK_THAT(plan, Contains("share_newest") && !Contains("Rows Removed by Filter"));
}

TEST_CASE("a simulation of a policy reads one range of shares among 100,000") {
  TestService service(2, kExplain);
  fill(service);
  service.database.run(
      "UPDATE link SET recipient_email = 'a@b.example', recipient_key = link_id::text;"
      "ANALYZE link");
  const auto first = service.policies.simulate(service.me, {}, std::nullopt);
  REQUIRE(first.next);
  const std::string page = plan_of("policy_effects_store.page",
                                   [&] { service.policies.simulate(service.me, {}, first.next); });
  CHECK_THAT(page, Contains("share_newest") && Contains("link_of_share") &&
                       Contains("recording_pkey") && !Contains("Seq Scan"));
}

// Of each part of a recording, whether the plan read its table.
TEST_CASE("a link that cannot open does not even begin to read what is behind it") {
  TestService service(2, kExplain);
  core::RecordingDraft draft = test::a_recording();
  draft.panels = {{core::PanelKind::transcript, "{}"}};
  service.given_recording("r", draft);
  const core::Share share = service.given_share_of("r");
  const auto parts_read = [&] {
    const std::string plan = plan_of("resolve_store.find", [&] { service.resolve(share); });
    int read = 0;
    for (const char* const table : {"on media_object m ", "on panel d ", "on comment c "}) {
      const auto at = plan.find(table);
      REQUIRE(at != std::string::npos);
      const std::string line = plan.substr(at, plan.find('\n', at) - at);
      read += line.find("(never executed)") == std::string::npos ? 1 : 0;
    }
    return read;
  };
  CHECK(parts_read() == 3);
  service.database.run("UPDATE share SET visible = '{transcript}'");
  CHECK(parts_read() == 2);
  service.shares.revoke(service.me, share.id, std::nullopt);
  CHECK(parts_read() == 0);
}

#include <catch2/catch.hpp>
#include <chrono>
#include <vector>

#include "service/core/share.hpp"
#include "service/store/migrations.hpp"
#include "service/store/share_store.hpp"
#include "tests/support/test_database.hpp"

using namespace vitrine;
using test::TestDatabase;

namespace {

void ignore(const std::string&) {}

// What a program of the first schema left: a share with a link, and a revoked one.
constexpr auto kEarlier = R"sql(
INSERT INTO workspace (workspace_id, name) VALUES
  ('0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f', 'mine'), (gen_random_uuid(), 'idle');
INSERT INTO api_key (key_id, workspace_id, name, digest, scopes)
SELECT gen_random_uuid(), workspace_id, 'key', sha256('x'), '{shares:read,shares:write}'
  FROM workspace WHERE name = 'mine';
INSERT INTO recording (recording_uid, workspace_id, recording_id, title)
SELECT gen_random_uuid(), workspace_id, 'r', 'Harbour' FROM workspace WHERE name = 'mine';
INSERT INTO share (share_id, workspace_id, recording_uid, label, visible, starts_at, expires_at)
SELECT '0188bac7-dbf8-7cab-8db3-d0bf0e1e2a60', workspace_id, recording_uid, 'for Ada',
       '{transcript,notes}', '2026-01-01', '2126-01-01'
  FROM recording;
INSERT INTO share (share_id, workspace_id, recording_uid, visible, starts_at, revoked_at)
SELECT gen_random_uuid(), workspace_id, recording_uid, '{}', now(), now() FROM recording;
INSERT INTO link (link_id, share_id, kid, revoked_at)
SELECT gen_random_uuid(), share_id, 7, revoked_at FROM share)sql";

}  // namespace

TEST_CASE("an upgrade keeps every share and link as it was, and gives each workspace a policy") {
  TestDatabase database(TestDatabase::Schema::none);
  store::Pool pool(database.options());
  store::migrate(pool, {store::embedded_migrations().front()}, ignore);
  database.run(kEarlier);
  store::migrate(pool, ignore);
  CHECK(store::schema_fault(pool).empty());

  const core::WorkspaceId mine(core::Uuid::parse("0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f").value());
  const core::ShareId id(core::Uuid::parse("0188bac7-dbf8-7cab-8db3-d0bf0e1e2a60").value());
  const auto share = store::single_read(pool, [&](store::Transaction& transaction) {
    return store::share_store::find(transaction, mine, id);
  });
  REQUIRE(share);
  CHECK(share->requested == share->granted);
  CHECK(core::in_force(*share) == share->granted);
  CHECK(share->granted.audience == core::Audience::anyone);
  CHECK(share->granted.visibility.shows(core::Flag::notes));
  CHECK_FALSE(share->granted.visibility.shows(core::Flag::comments));
  CHECK(share->granted.window.expires_at == core::parse_rfc3339("2126-01-01T00:00:00Z"));
  CHECK(share->policy == core::Policy());
  CHECK(share->link_count == 1);
  CHECK_FALSE(share->links.at(0).recipient);
  CHECK(core::is_alive(share->links.at(0), share->now));
  CHECK(database.count("SELECT count(workspace_id) FROM policy") == 2);
  CHECK(database.count("SELECT count(link_id) FROM link WHERE revoked_at IS NOT NULL") == 1);
  CHECK(database.count("SELECT count(share_id) FROM share WHERE search @@ 'ada'") == 1);
}

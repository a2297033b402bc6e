// What each filter of the list of shares costs among a million shares: every plan is read as it was
// run. Sanitizers make the filling slow and prove nothing more, so they get 50,000.
#include <catch2/catch.hpp>
#include <regex>

#include "service/clock.hpp"
#include "tests/support/postgres_cluster.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using Catch::Matchers::Contains;
using core::ShareFilter;
using core::ShareState;
using std::chrono::hours;
using test::TestService;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kShares = 50'000;
constexpr int kMostRows = 600;  // of few links, PostgreSQL rather sorts a recipient's 500
#else
constexpr int kShares = 1'000'000;
constexpr int kMostRows = 120;  // a page and what it is joined with
#endif

constexpr auto kExplain =
    "options='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0"
    " -c auto_explain.log_analyze=on -c auto_explain.log_timing=off -c auto_explain.log_buffers=on"
    " -c statement_timeout=20000'";

// A year of shares, one after the other, a quarter of them in one workspace, and their links;
// indexes are made at the end, and foreign keys are not checked, which would cost most of the time.
// `search` is generated as ever.
constexpr auto kFill = R"sql(
SET session_replication_role = replica; SET maintenance_work_mem = '256MB';
SET synchronous_commit = off;
CREATE TEMP TABLE made_later AS
  SELECT indexname AS name, indexdef AS definition FROM pg_indexes
   WHERE tablename IN ('share', 'link') AND indexname NOT LIKE '%_pkey';
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT made_later.name FROM made_later LOOP EXECUTE 'DROP INDEX ' || name; END LOOP;
END $$;
INSERT INTO recording (recording_uid, workspace_id, recording_id, title)
SELECT md5('r' || n)::uuid, tenant, 'bulk-' || n,
       CASE n % 1000 WHEN 7 THEN 'Quarterly review' ELSE 'Meeting ' || n END
  FROM generate_series(0, :count / 10) n;
INSERT INTO share (share_id, workspace_id, recording_uid, title, label, audience, visible,
                   requested_visible, starts_at, expires_at, created_at, created_by, disabled_at,
                   revoked_at)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid,
       CASE n % 4 WHEN 3 THEN tenant ELSE other_tenant END, md5('r' || n / 10)::uuid,
       CASE WHEN n % 1000 = 3 THEN 'A rare word' END, 'label-' || n % (:count / 200),
       CASE n % 10 WHEN 9 THEN 'workspace' ELSE 'public' END, '{transcript}', '{transcript}',
       CASE WHEN n % 100 BETWEEN 10 AND 14 THEN now() + n * interval '1 minute' ELSE at END,
       CASE WHEN n % 100 BETWEEN 15 AND 44 THEN at + interval '1 second' * (n % 50)
            WHEN n % 100 BETWEEN 45 AND 49 THEN NULL ELSE now() + n * interval '1 hour' END,
       at, CASE WHEN n % 1000 = 7 THEN other_key ELSE key END,
       CASE WHEN n % 100 BETWEEN 5 AND 9 THEN at END, CASE WHEN n % 100 < 5 THEN at END
  FROM (SELECT n, md5(n::text) AS h, ':tenant'::uuid AS tenant, ':crowd'::uuid AS other_tenant,
               ':key'::uuid AS key,
               ':other'::uuid AS other_key,
               date_trunc('milliseconds', now() - (:count - n) * (interval '365 days' / :count))
                 AS at
          FROM generate_series(1, :count) n) given;
INSERT INTO link (workspace_id, link_id, share_id, kid, recipient_email, recipient_key)
SELECT workspace_id, md5(share_id::text)::uuid, share_id, 7, a, a
  FROM (SELECT workspace_id, share_id,
               'p' || row_number() OVER () % (:count / 500) || '@example.com' AS a
          FROM share) given;
DO $$ DECLARE definition text; BEGIN
  FOR definition IN SELECT made_later.definition FROM made_later LOOP EXECUTE definition; END LOOP;
END $$;
VACUUM ANALYZE recording, share, link)sql";

std::string replaced(std::string text, const std::string& name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    text.replace(at, name.size(), value);
  }
  return text;
}

// Statement by statement: VACUUM stands in no transaction, but settings and temporary tables need
// one session, so what comes before it is one script.
void fill(TestService& service, const core::Principal& other) {
  std::string sql = replaced(kFill, ":count", std::to_string(kShares));
  sql = replaced(sql, ":tenant", service.me.workspace.uuid().text());
  sql = replaced(sql, ":crowd", other.workspace.uuid().text());
  sql = replaced(sql, ":key", service.me.key.uuid().text());
  sql = replaced(sql, ":other", other.key.uuid().text());
  sql = replaced(sql, "tenant, 'bulk-'", "'" + service.me.workspace.uuid().text() + "', 'bulk-'");
  const auto vacuum = sql.find("VACUUM");
  service.database.run(sql.substr(0, vacuum));
  service.database.run(sql.substr(vacuum));
}

struct Plan {
  std::string text;
  long most_rows = 0;  // that any node gave
  long removed = 0;    // rows that were read in vain
  long buffers = 0;
};

long number(const std::ssub_match& match) { return match.matched ? std::stol(match) : 0; }

Plan plan_of(const std::string& text) {
  Plan plan{.text = text};
  const std::regex rows("actual rows=(\\d+) loops=(\\d+)");
  const std::regex removed("Rows Removed by (?:Filter|Join Filter|Index Recheck): (\\d+)");
  const std::regex buffers("Buffers: shared hit=(\\d+)(?: read=(\\d+))?");
  const std::sregex_iterator end;
  for (std::sregex_iterator at(text.begin(), text.end(), rows); at != end; ++at) {
    plan.most_rows = std::max(plan.most_rows, number((*at)[1]) * number((*at)[2]));
  }
  for (std::sregex_iterator at(text.begin(), text.end(), removed); at != end; ++at) {
    plan.removed += number((*at)[1]);
  }
  if (std::smatch first; std::regex_search(text, first, buffers)) {  // of the whole
    plan.buffers = number(first[1]) + number(first[2]);
  }
  return plan;
}

Plan page_plan(TestService& service, const core::PageRequest& page, const ShareFilter& filter) {
  const std::size_t before = test::shared_cluster().log().size();
  CHECK_FALSE(service.shares.list(service.me, page, filter).items.empty());
  const std::string log = test::shared_cluster().log().substr(before);
  const auto at = log.rfind("/* share_list.page */");
  REQUIRE(at != std::string::npos);
  return plan_of(log.substr(at, log.find("\n2", at) - at));
}

// A position `ago` back in time, and of whatever ends or starts at `time`.
core::PageRequest from(hours ago, std::optional<core::Instant> time = {}) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
      (wall_clock_now() - ago).time_since_epoch());
  return {.size = 50, .after = core::Uuid::v7(ms.count(), {}), .after_time = time};
}

// One range of `index` serves the page: no table is read from end to end, and no node gives more
// than the page and what it is joined with.
void check_range(TestService& service, const core::PageRequest& page, const ShareFilter& filter,
                 const std::string& index) {
  const Plan plan = page_plan(service, page, filter);
  INFO(plan.text);
  CHECK_THAT(plan.text, Contains(index) && !Contains("Seq Scan"));
  CHECK(plan.most_rows <= kMostRows);
  CHECK(plan.removed <= 60);
  CHECK(plan.buffers <= 1500);
}

const core::PageRequest kFirst;
const core::PageRequest kDeep = from(hours(24 * 200));

void check_both(TestService& service, const ShareFilter& filter, const std::string& index) {
  check_range(service, kFirst, filter, index);
  check_range(service, kDeep, filter, index);
}

void check_newest_first(TestService& service, const core::KeyId& other, core::Instant now) {
  check_both(service, {}, "share_newest");
  check_range(service, kFirst, {.recording = test::recording_id("bulk-77")}, "share_of_recording");
  check_both(service, {.state = ShareState::revoked}, "share_revoked");
  check_both(service, {.state = ShareState::disabled}, "share_disabled");
  check_both(service, {.audience = core::Audience::workspace}, "share_of_audience");
  check_both(service, {.recipient_key = "p7@example.com"}, "link_of_recipient");
  check_both(service, {.created_by = other}, "share_of_creator");
  check_both(service, {.label = "label-7"}, "share_of_label");
  // Ids hold another clock than `created_at`, so a day or two of the index is passed over.
  check_range(service, kFirst, {.created_before = now - hours(24 * 100)}, "share_newest");
  check_range(service, kDeep, {.created_after = now - hours(24 * 300)}, "share_newest");
}

void check_by_time(TestService& service, core::Instant now) {
  const ShareFilter scheduled{.state = ShareState::scheduled};
  const ShareFilter active{.state = ShareState::active};
  const ShareFilter expired{.state = ShareState::expired};
  check_range(service, kFirst, scheduled, "share_by_start");
  check_range(service, from(hours(0), now + hours(24 * 9)), scheduled, "share_by_start");
  check_range(service, kFirst, active, "share_by_end");
  check_range(service, from(hours(0), now + hours(24 * 365)), active, "share_by_end");
  check_range(service, kFirst, expired, "share_by_end");
  check_range(service, from(hours(0), now - hours(24 * 200)), expired, "share_by_end");
}

// A policy with a longest life passes over no more.
void check_longest_life(TestService& service) {
  service.database.run("UPDATE policy SET max_ttl_seconds = 400 * 86400");
  check_range(service, kFirst, {.state = ShareState::active}, "share_by_end");
  const Plan expired = page_plan(service, kFirst, {.state = ShareState::expired});
  INFO(expired.text);
  // Of what is not over, only the index is read.
  CHECK_THAT(expired.text, Contains("share_by_end") && !Contains("Seq Scan"));
  CHECK(expired.most_rows <= 120);
  CHECK(expired.removed <= 120);
}

// Words are found by their own index, and cost as much as there are shares with them.
void check_words(TestService& service) {
  const Plan plan = page_plan(service, kFirst, {.words = "rare wor"});
  INFO(plan.text);
  CHECK_THAT(plan.text, Contains("Bitmap Index Scan on share_search") &&
                            Contains("Bitmap Index Scan on recording_search") &&
                            !Contains("Seq Scan"));
  CHECK(plan.most_rows <= 2 * kShares / 1000);
  CHECK(plan.buffers <= 20L * kShares / 1000);
  const Plan title = page_plan(service, kFirst, {.words = "quarter"});
  INFO(title.text);
  CHECK_THAT(title.text, Contains("recording_search") && Contains("share_of_recording"));
  CHECK(title.most_rows <= 2 * kShares / 1000);
}

// A total beyond 10,000 is an estimate that is near.
void check_total(TestService& service) {
  const core::ShareTotal total = service.shares.count(service.me, {.state = ShareState::active});
  const bool many = kShares / 8 > 10'000;
  CHECK(total.exact == !many);
  CHECK(total.count > kShares / 30);
  CHECK(total.count < kShares / 4);
}

}  // namespace

TEST_CASE("each filter is one range of one index, on the first page and on a deep one") {
  TestService service(2, kExplain);
  const core::Principal other = service.new_principal("other");
  fill(service, other);
  check_newest_first(service, other.key, wall_clock_now());
  check_by_time(service, wall_clock_now());
  check_words(service);
  check_total(service);
  check_longest_life(service);
}

#include <catch2/catch.hpp>
#include <map>

#include "service/clock.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ShareFilter;
using core::ShareState;
using std::chrono::hours;
using test::recording_id;
using test::TestService;

namespace {

using Ids = std::vector<std::string>;

// What a walk through all pages of two sees, in its order.
Ids found(TestService& service, const ShareFilter& filter) {
  Ids ids;
  core::PageRequest request{.size = 2, .after = {}};
  for (;;) {
    const auto page = service.shares.list(service.me, request, filter);
    for (const core::Share& share : page.items) {
      ids.push_back(share.id.text());
    }
    if (!page.next) {
      break;
    }
    request.after = page.next;
    request.after_time = page.next_time;
  }
  const core::ShareTotal total = service.shares.count(service.me, filter);
  CHECK(total.exact);
  CHECK(total.count == static_cast<std::int64_t>(ids.size()));
  return ids;
}

// Shares are told apart by what they are made for; ids of one millisecond are in no order.
Ids sorted(Ids ids) {
  std::ranges::sort(ids);
  return ids;
}

std::string share(TestService& service, const std::string& recording, const std::string& title,
                  const std::string& label) {
  core::ShareDraft draft = test::a_share_of(recording);
  if (!title.empty()) {
    draft.title = title;
  }
  if (!label.empty()) {
    draft.label = label;
  }
  return service.shares.create(service.me, draft).id.text();
}

// Only in tests may a share be as no call would make it.
void set(TestService& service, const std::string& share, const std::string& columns) {
  service.database.run("UPDATE share SET " + columns + " WHERE share_id = '" +
                       core::ShareId::parse(share)->uuid().text() + "'");
}

std::string given(TestService& service, const std::string& columns) {
  const std::string id = service.given_share_of("r").id.text();
  set(service, id, columns);
  return id;
}

void set_policy(TestService& service, const std::string& columns) {
  service.database.run("UPDATE policy SET " + columns);
}

constexpr auto kOver = "starts_at = now() - interval '9 days', expires_at = now() - interval '";

struct States {
  Ids scheduled, active, expired, disabled, revoked;  // in the order of their lists
};

// Made in an order that is none of the lists'.
States given_states(TestService& service) {
  const auto over = [&](const std::string& ago) { return given(service, kOver + ago + "'"); };
  States made;
  const auto b = over("2 days");
  const auto later = given(service, "starts_at = now() + interval '2 days'");
  const auto a = over("1 day");
  const auto year = given(service, "expires_at = now() + interval '1 year'");
  const auto for_good = given(service, "expires_at = NULL");
  const auto soon = given(service, "starts_at = now() + interval '1 hour'");
  const auto hour = given(service, "expires_at = now() + interval '1 hour'");
  const auto c = over("3 days");
  made.scheduled = {soon, later};
  made.active = {for_good, year, hour};
  made.expired = {a, b, c};
  made.disabled = {given(service, "disabled_at = now()"),
                   given(service, "disabled_at = now(), " + std::string(kOver) + "1 day'")};
  made.revoked = {given(service, "revoked_at = now()"),
                  given(service, "revoked_at = now(), disabled_at = now()")};
  return made;
}

}  // namespace

TEST_CASE("each state has the shares that are in it, in the order that belongs to it") {
  TestService service;
  const States made = given_states(service);
  CHECK(found(service, {.state = ShareState::scheduled}) == made.scheduled);
  CHECK(found(service, {.state = ShareState::active}) == made.active);
  CHECK(found(service, {.state = ShareState::expired}) == made.expired);
  CHECK(sorted(found(service, {.state = ShareState::disabled})) == sorted(made.disabled));
  CHECK(sorted(found(service, {.state = ShareState::revoked})) == sorted(made.revoked));
  CHECK(found(service, {}).size() == 12);
}

TEST_CASE("a list by state says of each share the state that the share says of itself") {
  TestService service;
  given_states(service);
  given(service, "starts_at = now() - interval '8 days', expires_at = NULL");
  given(service, "starts_at = now() - interval '8 days', expires_at = now() + interval '8 days'");
  const bool limited = GENERATE(false, true);
  if (limited) {
    set_policy(service, "max_ttl_seconds = 7 * 86400");
  }
  std::size_t all = 0;
  for (const ShareState state : {ShareState::scheduled, ShareState::active, ShareState::expired,
                                 ShareState::disabled, ShareState::revoked}) {
    const auto page = service.shares.list(service.me, {.size = 200, .after = {}}, {.state = state});
    for (const core::Share& share : page.items) {
      CHECK(core::state_of(share) == state);
    }
    all += found(service, {.state = state}).size();
  }
  CHECK(all == 14);
}

TEST_CASE("what a tightened policy has ended comes among the expired, by the end once granted") {
  TestService service;
  const States made = given_states(service);
  const auto old = given(service, "starts_at = now() - interval '8 days', expires_at = NULL");
  set_policy(service, "max_ttl_seconds = 7 * 86400");
  Ids expected{old};
  expected.insert(expected.end(), made.expired.begin(), made.expired.end());
  CHECK(found(service, {.state = ShareState::expired}) == expected);
  CHECK(found(service, {.state = ShareState::active}) == made.active);
}

TEST_CASE("the audience is the one in force") {
  TestService service;
  const auto open = given(service, "audience = 'public'");
  const auto closed = given(service, "audience = 'workspace'");
  CHECK(found(service, {.audience = core::Audience::anyone}) == Ids{open});
  CHECK(found(service, {.audience = core::Audience::workspace}) == Ids{closed});
  set_policy(service, "allow_public = false");
  CHECK(found(service, {.audience = core::Audience::anyone}).empty());
  CHECK(sorted(found(service, {.audience = core::Audience::workspace})) == sorted({open, closed}));
}

TEST_CASE("a recipient's shares are those with a link that was not taken away alone") {
  TestService service;
  std::map<std::string, std::string> made;
  for (const std::string name : {"one", "two", "other", "taken", "ended"}) {
    core::ShareDraft draft = test::a_share_of("r");
    draft.recipients = {{{}, "Ann@example.com", name == "other" ? "bob@x.org" : "ann@example.com"}};
    if (name == "one") {
      service.given_recording("r");
    }
    made[name] = service.shares.create(service.me, draft).id.text();
  }
  const auto links_of = [&](const std::string& name) {
    return " WHERE share_id = '" + core::ShareId::parse(made[name])->uuid().text() + "'";
  };
  // A second link of the same person, as a rotation leaves it.
  service.database.run(
      "INSERT INTO link (link_id, workspace_id, share_id, kid, recipient_email, recipient_key,"
      " retires_at, replaced_by) SELECT gen_random_uuid(), workspace_id, share_id, kid,"
      " recipient_email, recipient_key, now(), link_id FROM link" +
      links_of("two"));
  service.database.run("UPDATE link SET revoked_at = now()" + links_of("taken"));
  service.shares.revoke(service.me, *core::ShareId::parse(made["ended"]), std::nullopt);
  const ShareFilter ann{.recipient_key = "ann@example.com"};
  CHECK(sorted(found(service, ann)) == sorted({made["one"], made["two"], made["ended"]}));
  ShareFilter open_to_ann = ann;
  open_to_ann.state = ShareState::active;
  CHECK(sorted(found(service, open_to_ann)) == sorted({made["one"], made["two"]}));
  ShareFilter words_for_ann = ann;
  words_for_ann.words = "weekly";
  CHECK(found(service, words_for_ann).size() == 3);
}

TEST_CASE("words are found at the beginning of words in title, label and recording's title") {
  TestService service;
  service.given_recording("w", test::a_recording("Weekly Stand-up of Zürich"));
  service.given_recording("o", test::a_recording("Other"));
  const auto plain = share(service, "w", "", "");
  const auto labelled = share(service, "w", "", "ACME, Inc.");
  const auto titled = share(service, "o", "For the week's winner", "acme");
  const auto none = share(service, "o", "", "");
  const auto words = [&](const std::string& text) {
    return sorted(found(service, {.words = text}));
  };
  CHECK(words("week") == sorted({plain, labelled, titled}));
  CHECK(words("WEEKLY stand") == sorted({plain, labelled}));
  CHECK(words("acme") == sorted({labelled, titled}));
  CHECK(words("stand acme") == Ids{labelled});  // one word here, one there
  CHECK(words("züri") == sorted({plain, labelled}));
  CHECK(words("inc") == Ids{labelled});
  CHECK(words("eekly").empty());
  CHECK(words("week absent").empty());
  CHECK(words("oth") == sorted({titled, none}));
  service.recordings.remove(service.me, recording_id("o"));
  CHECK(words("oth").empty());
}

TEST_CASE("nothing in the words is an operator, and no text makes them fail") {
  TestService service;
  service.given_recording("w", test::a_recording("Weekly"));
  share(service, "w", "", "");
  for (const std::string text : {"weekly & !weekly",
                                 "weekly | absent",
                                 "!absent",
                                 "(weekly",
                                 "weekly:*",
                                 "'weekly",
                                 "\\",
                                 "weekly <-> absent",
                                 "'; DROP TABLE share; --",
                                 "weekly:A",
                                 "\"",
                                 "%",
                                 "*",
                                 ":*",
                                 "''",
                                 "\\'",
                                 "a\\' | 'weekly",
                                 "<b>weekly</b>",
                                 "http://x.example/?a=b&c='d'\\",
                                 "   ",
                                 "\xE2\x80\xAE"}) {
    INFO(text);
    const std::size_t count = found(service, {.words = text}).size();
    const bool only_weekly = text == "weekly:*" || text == "(weekly" || text == "'weekly" ||
                             text == "weekly & !weekly" || text == "<b>weekly</b>";
    CHECK(count == (only_weekly ? 1 : 0));
  }
}

TEST_CASE("creation is bounded from here inclusively to there exclusively") {
  TestService service;
  const auto old = given(service, "created_at = now() - interval '1 hour'");
  const auto fresh = given(service, "created_at = '2026-11-21T05:22:57Z'");
  const core::Instant at = *core::parse_rfc3339("2026-11-21T05:22:57Z");
  const core::Instant now = service.shares.list(service.me, {}, {}).items.at(0).now;
  // Ids hold the service's clock: a share made a day and more from what its row says is no share
  // that the service makes.
  set(service, fresh, "created_at = now()");
  CHECK(found(service, {.created_after = now - hours(2), .created_before = now - hours(1) / 2}) ==
        Ids{old});
  CHECK(found(service, {.created_after = now - hours(1) / 2}) == Ids{fresh});
  CHECK(found(service, {.created_before = now - hours(2)}).empty());
  CHECK(found(service, {.created_after = now + hours(24 * 400)}).empty());
  CHECK(found(service, {.created_before = at - hours(24 * 400)}).empty());
}

TEST_CASE("filters put together hold only what fits all of them") {
  TestService service;
  service.given_recording("w", test::a_recording("Weekly"));
  const auto both = share(service, "w", "", "a");
  share(service, "w", "", "b");
  service.given_recording("o");
  share(service, "o", "", "a");
  const ShareFilter filter{.recording = recording_id("w"),
                           .state = ShareState::active,
                           .audience = core::Audience::anyone,
                           .created_by = service.me.key,
                           .label = "a",
                           .words = "week",
                           .created_after = wall_clock_now() - hours(1),
                           .created_before = wall_clock_now() + hours(1)};
  CHECK(found(service, filter) == Ids{both});
  CHECK(found(service, {.label = "A"}).empty());
  CHECK(found(service, {.created_by = new_id<core::KeyId>()}).empty());
}

TEST_CASE("no filter shows or counts another workspace's shares") {
  TestService service;
  service.given_recording("mine", test::a_recording("Weekly secret"));
  core::ShareDraft draft = test::a_share_of("mine");
  draft.label = "secret";
  draft.recipients = {{{}, "ann@example.com", "ann@example.com"}};
  service.shares.create(service.me, draft);
  const core::Principal stranger = service.new_principal("stranger");
  const std::string tenant = service.me.workspace.uuid().text();
  for (const ShareFilter& filter :
       {ShareFilter{}, ShareFilter{.recording = recording_id("mine")},
        ShareFilter{.state = ShareState::active}, ShareFilter{.audience = core::Audience::anyone},
        ShareFilter{.recipient_key = "ann@example.com"}, ShareFilter{.created_by = service.me.key},
        ShareFilter{.label = "secret"}, ShareFilter{.words = "secret"},
        ShareFilter{.words = "'" + tenant + "'"}, ShareFilter{.words = tenant},
        ShareFilter{.created_after = core::Instant()}}) {
    CHECK(service.shares.list(stranger, {}, filter).items.empty());
    CHECK(service.shares.count(stranger, filter).count == 0);
  }
}

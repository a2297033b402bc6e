// What a reported open leaves behind, also when many are reported at once or the share is changed
// meanwhile.
#include <algorithm>
#include <catch2/catch.hpp>

#include "service/store/link_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::Verdict;
using test::TestService;

namespace {

constexpr auto kPhone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

struct Tracked {
  explicit Tracked(const std::string& tracking = "identified", int pool_size = 4,
                   const std::string& more_conninfo = "")
      : service(pool_size, more_conninfo), share(service.given_share_of("r")) {
    track(tracking);
  }
  void track(const std::string& tracking) {
    service.database.run("UPDATE share SET tracking = '" + tracking + "'");
  }
  std::string session(std::optional<std::string> before = std::nullopt) {
    return service.resolve({.token = TestService::token_of(share), .session = std::move(before)})
        .share.value()
        .session.value();
  }
  OpenReport report_of(const std::string& session) const {
    return {.token = TestService::token_of(share),
            .session = session,
            .user_agent = kPhone,
            .time_zone = "Europe/Berlin"};
  }
  Verdict open(const std::string& session) { return service.report(report_of(session)).verdict; }
  int count(const std::string& table) {
    return service.database.count("SELECT count(*) FROM " + table);
  }
  int events() {
    return count(
        "(SELECT type FROM event UNION ALL SELECT type FROM event_inbox) e"
        " WHERE type = 'link.opened'");
  }
  std::string counts() {
    return service.database.run(
        "SELECT opens_person || ' ' || opens_scanner || ' ' || opens_preview FROM link");
  }

  TestService service;
  core::Share share;
};

}  // namespace

TEST_CASE("of 50 persons who open a link at once all count, and one is the first", "[threads]") {
  Tracked link;
  std::vector<std::string> sessions(50);
  std::ranges::generate(sessions, [&] { return link.session(); });
  const int failures = test::failures_together(50, [&](int number) {
    if (link.open(sessions.at(static_cast<std::size_t>(number))) != Verdict::open) {
      throw std::logic_error("not taken");
    }
  });
  CHECK(failures == 0);
  CHECK(link.counts() == "50 0 0");
  CHECK(link.count("view") == 50);
  CHECK(link.events() == 1);
}

TEST_CASE("one session that is reported 50 times at once counts once", "[threads]") {
  Tracked link;
  const std::string session = link.session();
  CHECK(test::failures_together(50, [&](int) { link.open(session); }) == 0);
  CHECK(link.counts() == "1 0 0");
  CHECK(link.count("view") == 1);
  CHECK(link.count("reported_session") == 1);
  CHECK(link.events() == 1);
}

TEST_CASE("visitors who are answered together each have a session of their own", "[threads]") {
  Tracked link;
  std::mutex mutex;
  std::set<std::string> ids;
  const ViewingSessions sessions(*link.service.link_keys, std::chrono::minutes(10));
  CHECK(test::failures_together(50, [&](int) {
          const auto opened = sessions.open(link.share.links.at(0).id, link.session());
          const std::lock_guard lock(mutex);
          ids.insert(std::to_string(opened.value().id));
        }) == 0);
  CHECK(ids.size() == 50);
}

TEST_CASE("a renewed session is the same viewer, and its open is no second one") {
  Tracked link;
  const std::string first = link.session();
  CHECK(link.open(first) == Verdict::open);
  const std::string renewed = link.session(first);
  CHECK(renewed != first);
  CHECK(link.open(renewed) == Verdict::open);
  CHECK(link.counts() == "1 0 0");
  CHECK(link.open(link.session()) == Verdict::open);
  CHECK(link.counts() == "2 0 0");
}

TEST_CASE("what is kept of an open is what tracking allows") {
  Tracked link("none");
  const std::string before = [&] {
    link.track("count");
    return link.session();
  }();
  link.track("none");
  CHECK(link.open(before) == Verdict::open);
  CHECK(link.counts() == "0 0 0");
  CHECK(link.count("reported_session") == 0);
  CHECK(link.events() == 0);

  link.track("count");
  CHECK(link.open(before) == Verdict::open);
  CHECK(link.counts() == "1 0 0");
  CHECK(link.count("view") == 0);
  CHECK(link.events() == 1);

  link.track("identified");
  link.service.database.run("UPDATE policy SET tracking_max = 'count'");
  CHECK(link.open(link.session()) == Verdict::open);
  CHECK(link.count("view") == 0);
  link.service.database.run("UPDATE policy SET tracking_max = 'identified'");
  CHECK(link.open(link.session()) == Verdict::open);
  CHECK(link.counts() == "3 0 0");
  CHECK(link.service.database.run("SELECT class || ' ' || reason || ' ' || client || ' ' ||"
                                  " time_zone FROM view") ==
        "person gesture Safari on iOS Europe/Berlin");
  CHECK(link.events() == 1);
}

TEST_CASE("a time zone that the database does not know is kept as none") {
  Tracked link;
  OpenReport report = link.report_of(link.session());
  report.time_zone = "Mars/Olympus_Mons";
  link.service.report(report);
  CHECK(link.service.database.run("SELECT time_zone IS NULL FROM view") == "t");
}

TEST_CASE("machines are counted apart and are never the first open") {
  Tracked link;
  OpenReport scanner = link.report_of(link.session());
  scanner.gesture = false;
  link.service.report(scanner);
  OpenReport preview = link.report_of(link.session());
  preview.user_agent = "Slackbot-LinkExpanding 1.0";
  link.service.report(preview);
  CHECK(link.counts() == "0 1 1");
  CHECK(link.events() == 0);
  link.open(link.session());
  CHECK(link.counts() == "1 1 1");
  CHECK(link.events() == 1);
}

TEST_CASE("the sender who asked for it gets one mail of the first open, and no zone of a number") {
  Tracked link("none");
  const auto mails_with = [&](const std::string& tracking, const std::string& notify) {
    link.track("count");
    const std::string sessions[] = {link.session(), link.session(), link.session()};
    link.service.database.run("UPDATE link SET opened = false");
    link.service.database.run("DELETE FROM mail");
    link.service.database.run("UPDATE share SET sender_email = 'sender@example.com', tracking = '" +
                              tracking + "', notify_on_open = " + notify);
    OpenReport scanner = link.report_of(sessions[0]);
    scanner.gesture = false;
    link.service.report(scanner);
    link.open(sessions[1]);
    link.open(sessions[2]);
    return link.service.database.run(
        "SELECT string_agg(kind || ' ' || coalesce(viewer_time_zone, 'nowhere'), ', ') FROM mail");
  };
  CHECK(mails_with("count", "true") == "opened nowhere");
  CHECK(mails_with("identified", "true") == "opened Europe/Berlin");
  CHECK(mails_with("identified", "false").empty());
  CHECK(mails_with("none", "true").empty());
}

TEST_CASE("only a living session of the link reports its opens") {
  Tracked link;
  const core::Link other = link.service.links.create(link.service.me, link.share.id, {}, {}).link;
  const std::string session = link.session();
  const auto fault = [&](const std::string& text) {
    return test::fault_of([&] { link.open(text); });
  };
  CHECK(fault("") == ErrorCode::validation_failed);
  CHECK(fault(session + "A") == ErrorCode::validation_failed);
  OpenReport elsewhere = link.report_of(session);
  elsewhere.token = {other.id, other.kid};
  CHECK(test::fault_of([&] { link.service.report(elsewhere); }) == ErrorCode::validation_failed);

  const ViewingSessions sessions(*link.service.link_keys, std::chrono::minutes(10));
  const core::LinkId id = link.share.links.at(0).id;
  ViewingSession over = sessions.open(id, session).value();
  over.expires_at = over.started_at;
  CHECK(fault(sessions.seal(id, over)) == ErrorCode::validation_failed);
  link.service.database.run("UPDATE share SET session_epoch = session_epoch + 1");
  CHECK(fault(session) == ErrorCode::validation_failed);
  CHECK(link.count("reported_session") == 0);
  CHECK(fault(link.session()) == std::nullopt);
}

TEST_CASE("a session reports no open of a link that asks for more since") {
  Tracked link;
  const std::string session = link.session();
  link.service.database.run("UPDATE share SET audience = 'workspace'");
  CHECK(test::fault_of([&] { link.open(session); }) == ErrorCode::validation_failed);
  link.service.database.run("UPDATE share SET audience = 'public', max_views = 1");
  CHECK(link.open(session) == Verdict::open);  // a view is left, and none is taken
  CHECK(link.count("link WHERE views = 0") == 1);
  link.service.resolve(link.share);
  CHECK(test::fault_of([&] { link.open(session); }) == ErrorCode::validation_failed);
}

TEST_CASE("an open is told of a dead link as a resolve is") {
  Tracked link;
  const std::string session = link.session();
  const auto told = [&](const std::string& text) {
    const Resolution resolution = link.service.report(link.report_of(text));
    return std::pair(resolution.verdict, resolution.disclosed);
  };
  link.service.shares.disable(link.service.me, link.share.id, std::nullopt);
  CHECK(told(session) == std::pair(Verdict::link_disabled, true));
  CHECK(told("nonsense") == std::pair(Verdict::link_disabled, true));
  link.service.database.run("UPDATE policy SET disclose_state = false");
  CHECK(told(session) == std::pair(Verdict::link_disabled, false));
  link.service.shares.revoke(link.service.me, link.share.id, std::nullopt);
  CHECK(told(session) == std::pair(Verdict::link_revoked, false));
  CHECK(link.counts() == "0 0 0");
  CHECK(link.count("reported_session") == 0);
}

TEST_CASE("an open under way when tracking is ended is kept before that returns, or not at all",
          "[threads]") {
  Tracked link("identified", 8, "options='-c lock_timeout=20000'");
  const std::string session = link.session();
  const core::Link& held = link.share.links.at(0);
  std::atomic<int> kept_then{-1};
  std::vector<std::jthread> threads;
  const auto waiting = [&] {
    return link.service.database.count(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()");
  };
  const auto soon = [](auto condition) {
    for (int i = 0; i < 1000 && !condition(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  };
  // Somebody else has the link, so that the open is stopped half way.
  store::in_transaction(link.service.pool, [&](store::Transaction& transaction) {
    store::link_store::lock(transaction, link.service.me.workspace, link.share.id, held.id);
    threads.emplace_back([&] { link.open(session); });
    soon([&] { return waiting() == 1; });
    threads.emplace_back([&] {
      core::SharePatch patch;
      patch.tracking = core::Tracking::none;
      link.service.shares.update(link.service.me, link.share.id, patch);
      kept_then = link.count("view");
    });
    soon([&] { return waiting() == 2 || kept_then >= 0; });
  });
  threads.clear();  // joins them
  CHECK(kept_then == 1);
  CHECK(link.count("view") == kept_then);
}

TEST_CASE("views are listed newest first, with whom the link was for at the time") {
  Tracked link;
  const core::Recipient ann{"Ann", "Ann@example.com", "ann@example.com"};
  const core::Link hers = link.service.links.create(link.service.me, link.share.id, ann, {}).link;
  link.open(link.session());
  const auto open_hers = [&] {
    const auto session =
        link.service.resolve({.token = {hers.id, hers.kid}}).share.value().session.value();
    link.service.report({.token = {hers.id, hers.kid}, .session = session});
  };
  open_hers();
  const auto views = [&] { return link.service.opens.list(link.service.me, link.share.id, {}); };
  REQUIRE(views().items.size() == 2);
  CHECK(views().items[0].recipient == ann);
  CHECK(views().items[0].client == std::nullopt);
  CHECK(views().items[1].recipient == std::nullopt);
  CHECK(views().items[1].client == "Safari on iOS");

  const auto page =
      link.service.opens.list(link.service.me, link.share.id, {.size = 1, .after = {}});
  REQUIRE(page.next);
  const auto rest =
      link.service.opens.list(link.service.me, link.share.id, {.size = 1, .after = page.next});
  CHECK(rest.items.at(0).id == views().items[1].id);
  CHECK_FALSE(rest.next);

  core::RecipientPatch ben;
  ben.name = std::optional<std::string>("Ben");
  ben.email = ben.key = "ben@example.com";
  core::LinkPatch to_ben;
  to_ben.recipient = std::make_optional(ben);
  link.service.links.update(link.service.me, link.share.id, hers.id, to_ben);
  const core::Recipient known{{}, "ann@example.com", "ann@example.com"};
  CHECK(views().items[0].recipient == known);

  const core::Principal stranger = link.service.new_principal("other");
  CHECK(test::fault_of([&] { link.service.opens.list(stranger, link.share.id, {}); }) ==
        ErrorCode::not_found);
  CHECK(test::fault_of([&] {
          link.service.opens.erase(stranger, link.share.id, "ann@example.com");
        }) == ErrorCode::not_found);
  CHECK(link.service.opens.erase(link.service.me, link.share.id, "ben@example.com") == 0);
  CHECK(link.service.opens.erase(link.service.me, link.share.id, "ann@example.com") == 1);
  CHECK(link.service.opens.erase(link.service.me, link.share.id, "ann@example.com") == 0);
  REQUIRE(views().items.size() == 1);
  CHECK(views().items[0].recipient == std::nullopt);
  CHECK(link.service.links.get(link.service.me, link.share.id, hers.id).link.opens ==
        core::OpenCounts{.person = 1});
}

TEST_CASE("erasing a person's views takes the time zone out of mails that tell of them") {
  Tracked link;
  link.service.database.run(
      "UPDATE link SET recipient_email = 'a@b.example', recipient_key = 'a@b.example'");
  link.service.database.run(
      "INSERT INTO mail (workspace_id, share_id, link_id, kind, viewer_time_zone)"
      " SELECT workspace_id, share_id, link_id, 'opened', 'Europe/Berlin' FROM link");
  CHECK(link.service.opens.erase(link.service.me, link.share.id, "c@d.example") == 0);
  CHECK(link.count("mail WHERE viewer_time_zone IS NULL") == 0);
  CHECK(link.service.opens.erase(link.service.me, link.share.id, "a@b.example") == 0);
  CHECK(link.count("mail WHERE viewer_time_zone IS NULL") == 1);
}

TEST_CASE("a share tells the opens of all its links together") {
  Tracked link;
  link.service.links.create(link.service.me, link.share.id, {}, {});
  link.service.database.run(
      "UPDATE link SET opens_person = 2, opens_scanner = 3, opens_preview = 4");
  const core::OpenCounts each{.person = 2, .scanner = 3, .preview = 4};
  const core::OpenCounts both{.person = 4, .scanner = 6, .preview = 8};
  const core::Share share = link.service.shares.get(link.service.me, link.share.id);
  CHECK(share.opens == both);
  CHECK(share.links.at(1).opens == each);
  CHECK(link.service.shares.list(link.service.me, {}, {}).items.at(0).opens == both);
  CHECK(link.service.links.list(link.service.me, link.share.id, {}).items.at(0).tracked);
  link.service.database.run(
      "INSERT INTO link (workspace_id, link_id, share_id, kid, opens_person, opens_scanner)"
      " SELECT workspace_id, new_uuid(), share_id, 7, 1, 0 FROM share, generate_series(1, 1000)");
  const core::OpenCounts all{.person = 1004, .scanner = 6, .preview = 8};
  CHECK(link.service.shares.get(link.service.me, link.share.id).opens == all);
  CHECK(link.service.shares.list(link.service.me, {}, {}).items.at(0).opens == all);
  link.track("none");
  CHECK_FALSE(link.service.links.list(link.service.me, link.share.id, {}).items.at(0).tracked);
}

// A link that opens a limited number of times: one view for each viewing session.
#include <catch2/catch.hpp>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::Verdict;
using test::TestService;

namespace {

struct Counted {
  explicit Counted(const std::string& max_views = "2") : share(service.given_share_of("r")) {
    limit(max_views);
  }
  void limit(const std::string& max_views) {
    service.database.run("UPDATE share SET max_views = " + max_views);
  }
  Resolution resolve(std::optional<std::string> session = std::nullopt) {
    return service.resolve({.token = TestService::token_of(share), .session = std::move(session)});
  }
  Verdict verdict(std::optional<std::string> session = std::nullopt) {
    return resolve(std::move(session)).verdict;
  }
  std::string session() { return resolve().share.value().session.value(); }
  int views() { return service.database.count("SELECT views FROM link ORDER BY link_id LIMIT 1"); }

  TestService service;
  core::Share share;
};

}  // namespace

TEST_CASE("a link opens as often as its sender allowed") {
  Counted link;
  CHECK(link.verdict() == Verdict::open);
  CHECK(link.views() == 1);
  CHECK(link.verdict() == Verdict::open);
  CHECK(link.verdict() == Verdict::link_used_up);
  CHECK(link.views() == 2);
}

TEST_CASE("a session takes one view, however often it asks again") {
  Counted link("1");
  const std::string session = link.session();
  for (int i = 0; i < 3; ++i) {
    CHECK(link.verdict(session) == Verdict::open);
  }
  CHECK(link.resolve(session).share.value().session);
  CHECK(link.views() == 1);
  CHECK(link.verdict() == Verdict::link_used_up);
  CHECK(link.verdict("broken") == Verdict::link_used_up);
}

TEST_CASE("of 50 who come for the last view exactly one gets it", "[threads]") {
  Counted link("1");
  std::atomic<int> opened{0};
  std::atomic<int> used_up{0};
  const int failures = test::failures_together(50, [&](int) {
    const Verdict verdict = link.verdict();
    opened += verdict == Verdict::open ? 1 : 0;
    used_up += verdict == Verdict::link_used_up ? 1 : 0;
  });
  CHECK(failures == 0);
  CHECK(opened == 1);
  CHECK(used_up == 49);
  CHECK(link.views() == 1);
}

TEST_CASE("a refused resolve takes no view") {
  Counted link("1");
  link.service.shares.disable(link.service.me, link.share.id, std::nullopt);
  CHECK(link.verdict() == Verdict::link_disabled);
  link.service.shares.enable(link.service.me, link.share.id, std::nullopt);
  link.service.database.run("UPDATE share SET passcode_hash = '" +
                            link.service.passcodes.hash("right") + "'");
  CHECK(link.verdict() == Verdict::passcode_required);
  const auto with = [&](const std::string& passcode) {
    return link.service.resolve({.token = TestService::token_of(link.share), .passcode = passcode});
  };
  CHECK(with("wrong").verdict == Verdict::passcode_invalid);
  CHECK(link.views() == 0);
  const Resolution open = with("right");
  CHECK(open.verdict == Verdict::open);
  CHECK(link.views() == 1);
  CHECK(link.verdict(open.share->session) == Verdict::open);  // neither passcode nor view
  CHECK(with("right").verdict == Verdict::link_used_up);
}

TEST_CASE("the limit holds for each link by itself, and a rotated one begins anew") {
  Counted link("1");
  CHECK(link.verdict() == Verdict::open);
  CHECK(link.verdict() == Verdict::link_used_up);
  const core::Link other = link.service.links.create(link.service.me, link.share.id, {}, {}).link;
  const auto verdict_of = [&](const core::Link& which) {
    return link.service.resolve({.token = {which.id, which.kid}}).verdict;
  };
  CHECK(verdict_of(other) == Verdict::open);
  CHECK(verdict_of(other) == Verdict::link_used_up);
}

TEST_CASE("a limit that is raised, lowered or taken away holds at once") {
  Counted link("1");
  const std::string session = link.session();
  link.limit("2");
  CHECK(link.verdict() == Verdict::open);
  link.limit("1");
  CHECK(link.verdict() == Verdict::link_used_up);
  CHECK(link.verdict(session) == Verdict::open);  // it has its view
  link.limit("NULL");
  const Resolution free = link.resolve();
  CHECK(free.verdict == Verdict::open);
  CHECK_FALSE(free.share->session);
  CHECK(link.views() == 2);
  link.limit("3");
  CHECK(link.verdict() == Verdict::open);
  CHECK(link.verdict() == Verdict::link_used_up);
}

TEST_CASE("a session from before there was a limit takes its view then") {
  Counted link("NULL");
  link.service.database.run("UPDATE share SET passcode_hash = '" +
                            link.service.passcodes.hash("right") + "'");
  const Resolution first =
      link.service.resolve({.token = TestService::token_of(link.share), .passcode = "right"});
  link.limit("1");
  const Resolution counted = link.resolve(first.share.value().session);
  CHECK(counted.verdict == Verdict::open);
  CHECK(link.views() == 1);
  CHECK(link.verdict(counted.share->session) == Verdict::open);
  CHECK(link.verdict(first.share->session) == Verdict::link_used_up);
  CHECK(link.views() == 1);
}

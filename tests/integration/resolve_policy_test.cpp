// What the policy of today does to links that were made before, and what a resolve lets out.
#include <catch2/catch.hpp>

#include "service/clock.hpp"
#include "service/store/resolve_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::Flag;
using core::PanelKind;
using core::Verdict;
using std::chrono::hours;
using std::chrono::seconds;
using test::TestService;
namespace resolve_store = store::resolve_store;

namespace {

struct Shared {
  Shared() {
    core::RecordingDraft draft = test::a_recording();
    draft.media = {test::an_audio("a", "demo/a.ogg")};
    draft.panels = {{PanelKind::transcript, R"({"segments":[]})"},
                    {PanelKind::notes, R"({"markdown":""})"}};
    service.given_recording("r", draft);
    core::ShareDraft everything = test::a_share_of("r");
    for (const Flag flag : core::kFlags) {
      everything.visibility.emplace_back(flag, true);
    }
    share = service.shares.create(service.me, everything);
    service.comments.create(service.me, share->id,
                            {.body = "Look.", .at_ms = {}, .author = {}, .link_id = {}}, {});
  }

  void run(const std::string& sql) { service.database.run(sql); }
  void policy(const std::string& change) { run("UPDATE policy SET " + change); }
  Resolution resolve() { return service.resolve(*share); }
  Verdict verdict() { return resolve().verdict; }

  resolve_store::Found look(const resolve_store::Proof& proof = {}) {
    const auto token = TestService::token_of(*share);
    store::ReadSession session({.database_url = service.database.options().database_url});
    const resolve_store::Asked asked{token.link, token.kid, std::nullopt, proof};
    return resolve_store::find(session, {&asked, 1}, 1 << 20).at(0).value();
  }

  TestService service;
  std::optional<core::Share> share;
};

int parts_of(const resolve_store::Found& found) {
  return static_cast<int>(found.media.size() + found.panels.size() + found.comments.size());
}

std::vector<std::string> bodies(const Resolution& resolution) {
  std::vector<std::string> found;
  for (const auto& comment : resolution.share.value().comments.value()) {
    found.push_back(comment.body);
  }
  return found;
}

}  // namespace

TEST_CASE("a tightened policy hides panels, comments and download at once") {
  Shared link;
  CHECK(link.resolve().share.value().panels.size() == 2);
  CHECK(link.resolve().share->comments.value().size() == 1);
  CHECK(link.resolve().share->download);
  link.policy("allowed_visibility = '{transcript}'");
  const Resolution left = link.resolve();
  REQUIRE(left.share.value().panels.size() == 1);
  CHECK(left.share->panels[0].kind == PanelKind::transcript);
  CHECK_FALSE(left.share->comments);
  CHECK_FALSE(left.share->download);
  CHECK(link.look().comments.empty());
  CHECK(link.look().panels.size() == 1);
}

TEST_CASE("a longest life that is shortened ends a link by its start") {
  Shared link;
  link.run("UPDATE share SET starts_at = now() - interval '1 h'");
  link.policy("max_ttl_seconds = 3610");
  const Resolution open = link.resolve();
  REQUIRE(open.verdict == Verdict::open);
  CHECK(open.share->window.expires_at == open.share->window.starts_at + seconds(3610));
  CHECK(open.share->media.at(0).expires_at <= *open.share->window.expires_at);
  link.policy("max_ttl_seconds = 3599");
  CHECK(link.verdict() == Verdict::link_expired);
}

TEST_CASE("what breaks a rule of today is switched off, and back on with the rule") {
  Shared link;
  link.policy("require_passcode = true");
  CHECK(link.verdict() == Verdict::link_disabled);
  link.policy("require_passcode = false, require_recipient = true");
  CHECK(link.verdict() == Verdict::link_disabled);
  link.run("UPDATE link SET recipient_email = 'a@b.c', recipient_key = 'a@b.c'");
  CHECK(link.verdict() == Verdict::open);
  link.policy("require_enforced_clip = true");
  CHECK(link.verdict() == Verdict::open);
  link.run("UPDATE share SET clip_start_ms = 0, clip_end_ms = 9");
  CHECK(link.verdict() == Verdict::link_disabled);
}

TEST_CASE("without public links, one that was public is for members") {
  Shared link;
  link.policy("allow_public = false");
  CHECK(link.verdict() == Verdict::viewer_required);
  CHECK(parts_of(link.look()) == 0);
  const auto member = link.look({.member = true});
  CHECK(member.may_open);
  CHECK(parts_of(member) == 4);
}

// The database's own gate, beside the judge's verdict.
TEST_CASE("no part of a link that does not open leaves the database") {
  const std::vector<std::pair<std::string, Verdict>> closures = {
      {"UPDATE link SET revoked_at = now()", Verdict::link_revoked},
      {"UPDATE link SET retires_at = now()", Verdict::link_revoked},
      {"UPDATE share SET revoked_at = now()", Verdict::link_revoked},
      {"UPDATE share SET disabled_at = now()", Verdict::link_disabled},
      {"UPDATE policy SET require_passcode = true", Verdict::link_disabled},
      {"UPDATE policy SET require_recipient = true", Verdict::link_disabled},
      {"UPDATE share SET clip_start_ms = 0, clip_end_ms = 9; "
       "UPDATE policy SET require_enforced_clip = true",
       Verdict::link_disabled},
      {"UPDATE recording SET deleted_at = now()", Verdict::recording_gone},
      {"UPDATE recording SET expires_at = now()", Verdict::recording_gone},
      {"UPDATE share SET starts_at = now() + interval '9 s'", Verdict::link_not_started},
      {"UPDATE share SET expires_at = now()", Verdict::link_expired},
      {"UPDATE share SET starts_at = now() - interval '9 s'; "
       "UPDATE policy SET max_ttl_seconds = 9",
       Verdict::link_expired},
      {"UPDATE share SET audience = 'workspace'", Verdict::viewer_required},
      {"UPDATE policy SET allow_public = false", Verdict::viewer_required},
      {"UPDATE share SET passcode_hash = 'x'", Verdict::passcode_required},
      {"UPDATE share SET max_views = 1; UPDATE link SET views = 1", Verdict::link_used_up}};
  for (const auto& [sql, verdict] : closures) {
    Shared link;
    CHECK(link.look().may_open);
    CHECK(parts_of(link.look()) == 4);
    link.run(sql);
    INFO(sql);
    const auto found = link.look();
    CHECK_FALSE(found.may_open);
    CHECK(parts_of(found) == 0);
    CHECK(core::decide(found.facts, {}) == verdict);
    CHECK(link.verdict() == verdict);
    CHECK_FALSE(link.resolve().share);
  }
}

TEST_CASE("a proof opens the gate only at its epoch, in its time, and for what it proves") {
  Shared link;
  link.run(
      "UPDATE share SET passcode_hash = 'x', session_epoch = 3, max_views = 1;"
      "UPDATE link SET views = 1");
  const resolve_store::Proof proof{
      .epoch = 3, .passcode_passed = true, .view_taken = true, .until = {}, .member = false};
  CHECK(parts_of(link.look(proof)) == 4);
  const auto refused = [&](auto change) {
    resolve_store::Proof other = proof;
    change(other);
    return parts_of(link.look(other)) == 0;
  };
  CHECK(refused([](auto& other) { other.epoch = 2; }));
  CHECK(refused([](auto& other) { other.epoch = 4; }));
  CHECK(refused([](auto& other) { other.epoch.reset(); }));
  CHECK(refused([](auto& other) { other.passcode_passed = false; }));
  CHECK(refused([](auto& other) { other.view_taken = false; }));
  CHECK(refused([](auto& other) { other.until = wall_clock_now() - seconds(1); }));
  CHECK_FALSE(refused([](auto& other) { other.until = wall_clock_now() + seconds(9); }));
}

TEST_CASE("a workspace that tells no state tells every closed link as none") {
  Shared link;
  link.policy("disclose_state = false");
  CHECK(link.resolve().disclosed);
  link.run("UPDATE share SET passcode_hash = 'x'");
  CHECK(link.resolve().disclosed);  // whoever is asked for a passcode has to know
  link.run("UPDATE share SET disabled_at = now()");
  const Resolution hidden = link.resolve();
  CHECK(hidden.verdict == Verdict::link_disabled);
  CHECK_FALSE(hidden.disclosed);
  link.policy("disclose_state = true");
  CHECK(link.resolve().disclosed);
}

TEST_CASE("a comment for one link is shown by that link alone, and goes with it when it rotates") {
  Shared shared;
  auto& service = shared.service;
  const auto link = [&] { return service.links.create(service.me, shared.share->id, {}, {}).link; };
  const core::Link mine = link();
  const core::Link other = link();
  service.comments.create(service.me, shared.share->id,
                          {.body = "For you.", .at_ms = {}, .author = {}, .link_id = mine.id}, {});
  const auto shown_by = [&](const core::Link& which) {
    return bodies(service.resolve({.token = {which.id, which.kid}}));
  };
  using Bodies = std::vector<std::string>;
  CHECK(shown_by(mine) == Bodies{"Look.", "For you."});
  CHECK(shown_by(other) == Bodies{"Look."});
  CHECK(bodies(shared.resolve()) == Bodies{"Look."});

  const core::Rotation graceful{.grace = hours(1), .expected_version = {}};
  const auto rotate = [&](const core::Link& which) {
    return service.links.rotate(service.me, shared.share->id, which.id, graceful, {}).link;
  };
  const core::Link second = rotate(mine);
  const core::Link third = rotate(second);
  for (const core::Link& of_the_line : {mine, second, third}) {
    CHECK(shown_by(of_the_line) == Bodies{"Look.", "For you."});
  }
  CHECK(shown_by(other) == Bodies{"Look."});
}

TEST_CASE("a rotated link ends with its grace, and so do its URLs") {
  Shared link;
  link.run("UPDATE link SET retires_at = now() + interval '60 s'");
  const Resolution open = link.resolve();
  REQUIRE(open.verdict == Verdict::open);
  CHECK(open.share->media.at(0).expires_at <= wall_clock_now() + seconds(60));
  link.run("UPDATE link SET retires_at = now()");
  CHECK(link.verdict() == Verdict::link_revoked);
}

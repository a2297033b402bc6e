// How visits that wait together are asked for, and what becomes of those that wait in vain.
#include <catch2/catch.hpp>
#include <future>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::PanelKind;
using test::TestService;

namespace {

// What came of one resolve.
struct Outcome {
  std::optional<ErrorCode> fault;
  std::optional<Resolution> resolution;
};

ErrorCode code_of(const std::exception_ptr& fault) {
  try {
    std::rethrow_exception(fault);
  } catch (const core::Error& error) {
    return error.code();
  } catch (const std::exception&) {
    return ErrorCode::internal;
  }
}

std::future<Outcome> begin(Resolver& resolver, ResolveQuery query) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  resolver.resolve(
      std::move(query),
      [promise](const Resolution& resolution) {
        promise->set_value({{}, resolution});
      },
      [promise](const std::exception_ptr& fault) {
        promise->set_value({code_of(fault), {}});
      });
  return promise->get_future();
}

// Nobody reads a link for a while, and then everybody may.
class Held {
 public:
  explicit Held(const test::TestDatabase& database)
      : thread_([&database] {
          database.run(
              "BEGIN; LOCK TABLE link IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(0.35); COMMIT");
        }) {
    while (database.count("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND "
                          "granted AND relation = 'link'::regclass") == 0) {
      std::this_thread::yield();
    }
  }
  ~Held() { thread_.join(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  std::thread thread_;
};

// A resolver of the test's own, and one visit of it that is stuck in the database.
struct Stuck {
  explicit Stuck(TestService& service, std::size_t most_waiting = 4096)
      : resolver([&] {
          ResolverTools tools = service.tools();
          tools.most_waiting = most_waiting;
          return tools;
        }()),
        share(service.given_share_of("stuck")),
        held(std::make_unique<Held>(service.database)),
        first(begin(resolver, {.token = TestService::token_of(share)})) {
    while (resolver.stats().sets_total == 0) {
      std::this_thread::yield();
    }
  }

  Resolver resolver;
  core::Share share;
  std::unique_ptr<Held> held;
  std::future<Outcome> first;
};

core::RecordingDraft titled(const std::string& title) { return test::a_recording(title); }

}  // namespace

TEST_CASE("visits that wait together are asked for in one statement, and none gets another's") {
  TestService service;
  std::vector<core::Share> shares;
  for (int i = 0; i < 40; ++i) {
    const std::string id = "r" + std::to_string(i);
    service.given_recording(id, titled("Title " + id));
    shares.push_back(service.given_share_of(id));
  }
  Stuck stuck(service);
  std::vector<std::future<Outcome>> waiting;
  for (int round = 0; round < 2; ++round) {
    for (const core::Share& share : shares) {
      waiting.push_back(begin(stuck.resolver, {.token = TestService::token_of(share)}));
    }
  }
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const Outcome outcome = waiting[i].get();
    REQUIRE(outcome.resolution);
    CHECK(outcome.resolution->share.value().recording_title ==
          "Title r" + std::to_string(i % shares.size()));
  }
  CHECK(stuck.first.get().resolution);
  CHECK(stuck.resolver.stats().sets_total == 2);
  CHECK(stuck.resolver.stats().visits_total == 81);
}

TEST_CASE("visits of one link that ask for different panels each get their own") {
  TestService service;
  core::RecordingDraft draft = titled("Demo");
  draft.panels = {{PanelKind::summary, R"({"markdown":"s"})"},
                  {PanelKind::notes, R"({"markdown":"n"})"}};
  service.given_recording("r", draft);
  core::ShareDraft both = test::a_share_of("r");
  both.visibility = {{core::Flag::summary, true}, {core::Flag::notes, true}};
  const core::Share share = service.shares.create(service.me, both);
  Stuck stuck(service);
  using Kinds = std::vector<PanelKind>;
  const std::vector<std::optional<Kinds>> asked = {std::nullopt, Kinds{PanelKind::notes},
                                                   Kinds{PanelKind::summary}, Kinds{}};
  std::vector<std::future<Outcome>> waiting;
  for (const auto& include : asked) {
    waiting.push_back(
        begin(stuck.resolver, {.token = TestService::token_of(share), .include = include}));
  }
  std::vector<std::size_t> counts;
  for (auto& each : waiting) {
    counts.push_back(each.get().resolution.value().share.value().panels.size());
  }
  CHECK(counts == std::vector<std::size_t>{2, 1, 1, 0});
}

TEST_CASE("a link whose data is broken fails alone") {
  TestService service;
  core::RecordingDraft draft = titled("Broken");
  draft.media = {test::an_audio("a", "demo/a.ogg")};
  service.given_recording("broken", draft);
  const core::Share broken = service.given_share_of("broken");
  const core::Share whole = service.given_share_of("whole");
  service.database.run("UPDATE media_object SET key = '../secret'");
  Stuck stuck(service);
  auto first = begin(stuck.resolver, {.token = TestService::token_of(whole)});
  auto second = begin(stuck.resolver, {.token = TestService::token_of(broken)});
  auto third = begin(stuck.resolver, {.token = TestService::token_of(whole)});
  CHECK(first.get().resolution);
  CHECK(second.get().fault == ErrorCode::internal);
  CHECK(third.get().resolution);
}

TEST_CASE("a visit that finds the queue full is overloaded at once") {
  TestService service;
  Stuck stuck(service, 1);
  const auto token = TestService::token_of(stuck.share);
  auto second = begin(stuck.resolver, {.token = token});
  auto third = begin(stuck.resolver, {.token = token});
  REQUIRE(third.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
  CHECK(third.get().fault == ErrorCode::overloaded);
  CHECK(second.get().resolution);
}

TEST_CASE("a visit that nobody waits for any more is not asked for") {
  TestService service;
  Stuck stuck(service);
  const auto token = TestService::token_of(stuck.share);
  auto gone = begin(stuck.resolver, {.token = token, .wanted = [] { return false; }});
  auto here = begin(stuck.resolver, {.token = token, .wanted = [] { return true; }});
  CHECK(here.get().resolution);
  CHECK(gone.get().fault == ErrorCode::overloaded);
  CHECK(stuck.resolver.stats().dropped_total == 1);
  CHECK(stuck.resolver.stats().visits_total == 2);
}

TEST_CASE("a panel too large for a set is read by itself, and whole") {
  TestService service;
  const std::string large = R"({"markdown":")" + std::string(300 << 10, 'x') + R"("})";
  core::RecordingDraft draft = titled("Large");
  draft.panels = {{PanelKind::summary, large}, {PanelKind::notes, R"({"markdown":"n"})"}};
  service.given_recording("r", draft);
  core::ShareDraft both = test::a_share_of("r");
  both.visibility = {{core::Flag::summary, true}, {core::Flag::notes, true}};
  const Resolution resolution = service.resolve(service.shares.create(service.me, both));
  const auto& panels = resolution.share.value().panels;
  REQUIRE(panels.size() == 2);
  CHECK(panels[0].json == large);
  CHECK(panels[1].json == R"({"markdown":"n"})");
  CHECK(service.resolver.stats().sets_total == 2);
}

TEST_CASE("a resolver whose session was ended by the server asks again in a new one") {
  TestService service;
  const core::Share share = service.given_share_of("r");
  CHECK(service.verdict_of(share) == core::Verdict::open);
  const int ended = service.database.count(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
      " WHERE application_name = 'vitrine resolve' AND datname = current_database()");
  CHECK(ended == 1);
  CHECK(service.verdict_of(share) == core::Verdict::open);
}

TEST_CASE("what waits when the resolver ends is answered, and what comes later is refused") {
  TestService service;
  Stuck stuck(service);
  auto waiting = begin(stuck.resolver, {.token = TestService::token_of(stuck.share)});
  stuck.resolver.stop();
  CHECK(stuck.first.get().resolution);
  CHECK(waiting.get().resolution);
  CHECK(begin(stuck.resolver, {.token = TestService::token_of(stuck.share)}).get().fault ==
        ErrorCode::overloaded);
}

#include "service/resolver/standby_ledger.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace vitrine;
using namespace std::chrono_literals;
using store::replication_store::PrimaryFacts;
using store::replication_store::Receiver;
using store::replication_store::StandbyFacts;
using Kind = Unfit::Kind;

namespace {

PrimaryFacts a_primary() {
  return {.system_identifier = "7",
          .synchronous_commit = "remote_apply",
          .holds_for_all_sessions = true,
          .synchronous_standby_names = "2 (left, right)",
          .may_look = true,
          .receivers = {{"left", true, true}, {"right", true, true}},
          .flushed = 1000};
}

StandbyFacts a_standby(const std::string& name = "left") {
  return {.in_recovery = true,
          .system_identifier = "7",
          .may_look = true,
          .receives = true,
          .name = name,
          .replayed = 1000};
}

// A ledger of `left` and `right`, and a clock that goes when the test says so.
struct Watched {
  // Everybody is asked now, and answers at once.
  void ask() {
    ledger.primary_said({primary, now, ""}, incidents, now);
    ledger.standby_said(0, {left, now, ""}, now);
    ledger.standby_said(1, {right, now, ""}, now);
  }
  // Everybody is asked four times a second.
  void ask_for(std::chrono::milliseconds time) {
    for (const auto end = now + time; now < end; now += 250ms) ask();
  }
  bool serves(std::size_t index = 0) const { return ledger.may_serve(index, now, incidents); }
  std::string reason(std::size_t index = 0) const {
    const auto& unfit = ledger.report(index).unfit;
    return unfit ? unfit->reason : "";
  }

  PrimaryFacts primary = a_primary();
  StandbyFacts left = a_standby(), right = a_standby("right");
  std::uint64_t incidents = 3;
  StandbyLedger::Time now{1h};
  StandbyLedger ledger{2};
};

}  // namespace

TEST_CASE("a standby serves when it has been well for a while", "[standbys]") {
  Watched servers;
  CHECK_FALSE(servers.serves());
  servers.ask();
  CHECK_FALSE(servers.serves());
  servers.ask_for(1s);
  CHECK(servers.serves(0));
  CHECK(servers.serves(1));
  CHECK(servers.ledger.report(0).used);
}

TEST_CASE("what a server said counts for less than two seconds", "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  servers.now += 1250ms;
  CHECK(servers.serves());
  servers.now += 250ms;
  CHECK_FALSE(servers.serves());
}

TEST_CASE("a silent standby is left out, and the other one serves on", "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  for (int round = 0; round < 7; ++round, servers.now += 250ms) {
    servers.ledger.primary_said({servers.primary, servers.now, ""}, servers.incidents, servers.now);
    servers.ledger.standby_said(1, {servers.right, servers.now, ""}, servers.now);
  }
  CHECK_FALSE(servers.serves(0));
  CHECK(servers.ledger.report(0).unfit->kind == Kind::left_out);
  CHECK(servers.serves(1));
}

TEST_CASE("a server that cannot be asked is left out at once", "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  SECTION("a standby") {
    servers.ledger.standby_said(0, {{}, servers.now, "refused"}, servers.now);
    CHECK_FALSE(servers.serves(0));
    CHECK(servers.serves(1));
    CHECK(servers.ledger.report(0).detail == "refused");
  }
  SECTION("the primary") {
    servers.ledger.primary_said({{}, servers.now, "refused"}, servers.incidents, servers.now);
    CHECK_FALSE(servers.serves(0));
    CHECK_FALSE(servers.serves(1));
  }
}

TEST_CASE("a standby that falls behind is left out within two seconds, and comes back",
          "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  servers.primary.flushed = servers.right.replayed = 1001;
  servers.ask_for(1s);
  CHECK(servers.serves(0));
  servers.ask_for(750ms);
  CHECK_FALSE(servers.serves(0));
  CHECK(servers.reason().find("behind") != std::string::npos);
  CHECK(servers.serves(1));
  servers.left.replayed = 1001;
  servers.ask_for(1s);
  CHECK(servers.serves(0));
}

TEST_CASE("after an incident a standby serves only when it shows what the primary shows since",
          "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  ++servers.incidents;
  CHECK_FALSE(servers.serves());
  servers.primary.flushed = 1001;
  servers.ask();
  CHECK_FALSE(servers.serves());
  CHECK(servers.ledger.report(0).used);  // nothing to tell an operator of
  servers.left.replayed = 1001;
  servers.ask();
  CHECK(servers.serves());
}

TEST_CASE("a standby where a read failed rests, and longer when it fails again", "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  servers.ledger.read_failed(0, servers.now);
  servers.ledger.read_failed(0, servers.now);  // by another thread, which counts no more
  CHECK_FALSE(servers.serves());
  CHECK(servers.serves(1));
  servers.ask_for(1s);
  CHECK_FALSE(servers.serves());
  servers.ask_for(1s);
  CHECK(servers.serves());
  servers.ledger.read_failed(0, servers.now);
  servers.ask_for(2s);
  CHECK_FALSE(servers.serves());
  servers.ask_for(1s);
  CHECK(servers.serves());
}

TEST_CASE("where a COMMIT might not wait for the standby, it is refused", "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  REQUIRE(servers.serves());
  std::string names;
  SECTION("the primary waits for less than remote_apply") {
    servers.primary.synchronous_commit = "on";
    names = "synchronous_commit is on";
  }
  SECTION("remote_apply holds for new sessions only") {
    servers.primary.holds_for_all_sessions = false;
    names = "new sessions only";
  }
  SECTION("nobody is waited for") {
    servers.primary.synchronous_standby_names = "";
    names = "synchronous_standby_names is empty";
  }
  SECTION("one standby is spare") {
    servers.primary.synchronous_standby_names = "ANY 1 (left, right)";
    names = "does not wait for every standby";
  }
  SECTION("two servers stream by one name") {
    servers.primary.receivers.push_back({"Right", true, true});
    names = "More than one server streams";
  }
  SECTION("the service may not look") {
    servers.primary.may_look = false;
    names = "GRANT pg_monitor";
  }
  SECTION("the service may not look at the standby") {
    servers.left.may_look = false;
    names = "GRANT pg_monitor";
  }
  SECTION("it is not named") {
    servers.left.name = "third";
    names = "streams as third";
  }
  SECTION("its name cannot be read") {
    servers.left.name = "";
    names = "cannot be read";
  }
  SECTION("it is named like another one of the URL") {
    servers.right.name = "LEFT";
    names = "by the same name";
  }
  SECTION("it is a copy of something else") {
    servers.left.system_identifier = "8";
    names = "system identifier";
  }
  servers.ask();
  CHECK_FALSE(servers.serves());
  CHECK(servers.ledger.report(0).unfit->kind == Kind::refused);
  CHECK(servers.reason().find(names) != std::string::npos);
}

TEST_CASE("a standby that does not follow the primary just now is left out", "[standbys]") {
  Watched servers;
  servers.ask_for(1s);
  REQUIRE(servers.serves());
  SECTION("promoted") { servers.left.in_recovery = false; }
  SECTION("it receives nothing") { servers.left.receives = false; }
  SECTION("the primary does not know it") {
    servers.primary.receivers.erase(servers.primary.receivers.begin());
  }
  SECTION("it catches up") { servers.primary.receivers[0].streams = false; }
  SECTION("it is not waited for yet") { servers.primary.receivers[0].waited_for = false; }
  servers.ask();
  CHECK_FALSE(servers.serves());
  CHECK(servers.ledger.report(0).unfit->kind == Kind::left_out);
  CHECK(servers.serves(1));
}

#include "api/policy_dto.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "api/json_reader.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::Flag;
using std::chrono::seconds;

namespace {

LinkUrls urls() {
  return {"https://app.example.com/s#{token}", false,
          std::make_shared<const core::LinkKeys>(
              std::vector<core::LinkKey>{{1, core::KeyState::active, {}}})};
}

core::PolicyPatch patch_of(const std::string& body) { return read_policy_patch(body, urls()); }

Faulty faults_in(const std::string& body) {
  return faults_of(failure_of([&] { patch_of(body); }));
}

}  // namespace

TEST_CASE("what a patch of a policy does not name it does not change", "[api][policy]") {
  for (const char* body : {"{}", R"({"version":7,"updated_at":"x"})",
                           R"({"default_visibility":{},"allowed_visibility":{}})"}) {
    const auto patch = patch_of(body);
    for (const core::PolicyPreset& preset : core::policy_presets()) {
      CHECK(core::patched(preset.policy, patch) == preset.policy);
    }
  }
}

TEST_CASE("null, a value and silence are three things to a patch", "[api][policy]") {
  const auto named = patch_of(R"({"default_ttl_seconds":60,"max_ttl_seconds":60,"retention_days":1,
                   "link_url_template":"https://a.example/{token}"})");
  CHECK(named.default_ttl == std::make_optional(std::optional(seconds(60))));
  CHECK(named.max_ttl == std::make_optional(std::optional(seconds(60))));
  CHECK(named.retention_days == std::make_optional(std::optional(1)));
  CHECK(named.link_url_template ==
        std::make_optional(std::optional<std::string>("https://a.example/{token}")));

  const auto cleared = patch_of(
      R"({"default_ttl_seconds":null,"max_ttl_seconds":null,"retention_days":null,
          "link_url_template":null})");
  CHECK(cleared.default_ttl == std::make_optional(std::optional<seconds>()));
  CHECK(cleared.max_ttl == std::make_optional(std::optional<seconds>()));
  CHECK(cleared.retention_days == std::make_optional(std::optional<int>()));
  CHECK(cleared.link_url_template == std::make_optional(std::optional<std::string>()));

  const auto silent = patch_of("{}");
  CHECK_FALSE(silent.default_ttl.has_value());
  CHECK_FALSE(silent.max_ttl.has_value());
  CHECK_FALSE(silent.retention_days.has_value());
  CHECK_FALSE(silent.link_url_template.has_value());
}

TEST_CASE("switches, flags, tracking and a preset are read by their names", "[api][policy]") {
  const auto patch = patch_of(
      R"({"preset":"userplane","expired_is_final":false,"allow_public":true,
          "require_recipient":false,"require_passcode":true,"disclose_state":false,
          "require_enforced_clip":true,"default_visibility":{"notes":true},
          "allowed_visibility":{"download":false},"default_tracking":"count",
          "tracking_max":"identified"})");
  CHECK(patch.preset == core::policy_preset("userplane"));
  CHECK(patch.expired_is_final == false);
  CHECK(patch.allow_public == true);
  CHECK(patch.require_recipient == false);
  CHECK(patch.require_passcode == true);
  CHECK(patch.disclose_state == false);
  CHECK(patch.require_enforced_clip == true);
  CHECK(patch.default_visibility == std::vector<std::pair<Flag, bool>>{{Flag::notes, true}});
  CHECK(patch.allowed_visibility == std::vector<std::pair<Flag, bool>>{{Flag::download, false}});
  CHECK(patch.default_tracking == core::Tracking::count);
  CHECK(patch.tracking_max == core::Tracking::identified);
}

TEST_CASE("a patch that contradicts itself is told of it beside its other faults",
          "[api][policy]") {
  CHECK(faults_in(R"({"default_ttl_seconds":61,"max_ttl_seconds":60,"allow_public":1})") ==
        Faulty{"/allow_public wrong_type", "/default_ttl_seconds conflicting_fields"});
  CHECK(faults_in(R"({"preset":"speakr","default_tracking":"identified"})") ==
        Faulty{"/default_tracking conflicting_fields"});
  CHECK(faults_in(R"({"preset":"speakr","max_ttl_seconds":60})") ==
        Faulty{"/max_ttl_seconds conflicting_fields"});
  // What is not understood is not judged further.
  CHECK(faults_in(R"({"default_ttl_seconds":"61","max_ttl_seconds":60})") ==
        Faulty{"/default_ttl_seconds wrong_type"});
}

TEST_CASE("a template is told what it must be", "[api][policy]") {
  const auto failure = failure_of([] { patch_of(R"({"link_url_template":"http://a/{token}"})"); });
  REQUIRE(failure.violations().size() == 1);
  CHECK(failure.violations()[0].detail ==
        "It must begin with https://; for example https://app.example.com/shared#{token}");
}

TEST_CASE("a patch has one canonical text, however it is written", "[api][policy]") {
  const auto text = canonical_patch(R"({"max_ttl_seconds":60,"allow_public":false})");
  CHECK(text == canonical_patch(" {\n\"allow_public\" : false, \"max_ttl_seconds\":60 } "));
  CHECK(canonical_patch(R"({"default_visibility":{"notes":true,"info":false}})") ==
        canonical_patch(R"({"default_visibility":{"info":false,"notes":true}})"));
  CHECK(text != canonical_patch(R"({"max_ttl_seconds":61,"allow_public":false})"));
  CHECK(text != canonical_patch(R"({"max_ttl_seconds":60})"));
}

TEST_CASE("a policy is written whole, and reading it back changes nothing", "[api][policy]") {
  for (const core::PolicyPreset& preset : core::policy_presets()) {
    Policies::Current current{preset.policy, 3, {}};
    current.policy.link_url_template = "https://a.example/<{token}>";
    current.policy.retention_days = 5;
    const auto json = Json::parse(to_json(current));
    CHECK(json.size() == 16);
    CHECK(json["version"] == 3);
    CHECK(json["link_url_template"] == "https://a.example/<{token}>");
    current.policy.link_url_template = "https://a.example/{token}";
    CHECK(core::patched(core::Policy(), patch_of(to_json(current))) == current.policy);
  }
}

TEST_CASE("an effect shows what the member showed and would show", "[api][policy]") {
  core::Share share{.id = core::ShareId(core::Uuid{}),
                    .recording_id = core::RecordingId::parse("r").value()};
  share.granted.visibility.set(Flag::notes, true);
  share.granted.tracking = core::Tracking::count;
  core::Policy then;
  then.allow_public = false;
  then.require_passcode = true;
  then.max_ttl = seconds(60);
  then.tracking_max = core::Tracking::none;
  then.allowed_visibility.set(Flag::notes, false);
  Policies::Simulation simulation;
  simulation.examined = 4;
  simulation.affected.push_back({share.id, core::policy_effects(share, then)});
  const PageTokens tokens{core::SecretKey{}};
  const PageScope scope{core::WorkspaceId(core::Uuid{}), "simulatePolicy", "{}"};
  auto json = Json::parse(to_json(simulation, scope, tokens));
  CHECK(json["examined"] == 4);
  CHECK(json["affected"] == 1);
  CHECK(json["next_page_token"].is_null());
  const auto changes = json["items"][0]["changes"];
  REQUIRE(changes.size() == 5);
  CHECK(changes[0].dump() ==
        R"({"field":"audience","rule":"allow_public","from":"public","to":"workspace"})");
  CHECK(changes[1]["from"]["notes"] == true);
  CHECK(changes[1]["to"]["notes"] == false);
  CHECK(changes[1]["to"].size() == 9);
  CHECK(changes[2].dump() == R"({"field":"expires_at","rule":"max_ttl_seconds","from":null,)"
                             R"("to":"1970-01-01T00:01:00.000Z"})");
  CHECK(changes[3].dump() ==
        R"({"field":"tracking","rule":"tracking_max","from":"count","to":"none"})");
  CHECK(changes[4].dump() == R"({"field":"blocked_by","rule":"require_passcode","from":[],)"
                             R"("to":["require_passcode"]})");

  simulation.next = core::Uuid{};
  json = Json::parse(to_json(simulation, scope, tokens));
  CHECK(tokens.open(scope, json["next_page_token"].get<std::string>()) ==
        PagePosition{core::Uuid{}});
}

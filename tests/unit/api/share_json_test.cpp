#include "api/share_json.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "api/json_reader.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

const core::Instant kThen = *core::parse_rfc3339("2026-11-20T10:14:00Z");

core::Share a_share() {
  core::Share share{.id = core::ShareId(core::Uuid{}),
                    .recording_id = *core::RecordingId::parse("rec-1"),
                    .label = "for <Ada>",
                    .metadata = R"({"n": 1.10})",
                    .created_at = kThen,
                    .updated_at = kThen,
                    .version = 4,
                    .links = {{.id = core::LinkId(core::Uuid{}), .kid = 1, .created_at = kThen}},
                    .now = kThen};
  share.requested.window = share.granted.window = {kThen, std::nullopt};
  return share;
}

Json shown(const core::Share& share) {
  static const LinkUrls urls("https://app.example.com/s#{token}", false,
                             std::make_shared<const core::LinkKeys>(
                                 std::vector<core::LinkKey>{{1, core::KeyState::active, {}}}));
  return Json::parse(to_json(share, urls));
}

Json previewed(const core::SharePreview& preview) { return Json::parse(to_json(preview)); }

}  // namespace

TEST_CASE("a share shows its link, its flags and its limits", "[api][shares]") {
  core::Share share = a_share();
  share.max_views = 3;
  share.has_passcode = true;
  const Json json = shown(share);
  CHECK(json["label"] == "for <Ada>");
  CHECK(json["state"] == "active");
  CHECK(json["visibility"].size() == core::kFlags.size());
  CHECK(json["links"][0]["url"].get<std::string>().starts_with("https://app.example.com/s#"));
  CHECK(json["created_by"].is_null());
  CHECK(json["max_views"] == 3);
  CHECK(json["has_passcode"] == true);
  CHECK(json["clip"].is_null());
  CHECK(json["warnings"].empty());
  CHECK(json["version"] == 4);
}

TEST_CASE("metadata is shown to the byte as it was given", "[api][shares]") {
  core::SharePreview preview{a_share().recording_id, core::content_of(a_share()), {}, false};
  CHECK(to_json(preview).find(R"("metadata":{"n": 1.10})") != std::string::npos);
}

TEST_CASE("what is in force is told apart from what was asked for, with the rule",
          "[api][shares]") {
  core::Share share = a_share();
  share.requested.visibility.set(core::Flag::download, true);
  share.requested.tracking = core::Tracking::identified;
  share.granted = share.requested;
  share.policy.allow_public = false;
  share.policy.max_ttl = std::chrono::hours(24);
  share.policy.allowed_visibility.set(core::Flag::download, false);
  share.policy.tracking_max = core::Tracking::count;
  share.policy.require_passcode = true;
  const Json json = shown(share);
  CHECK(json["audience"] == "workspace");
  CHECK(json["expires_at"] == "2026-11-21T10:14:00.000Z");
  CHECK(json["visibility"]["download"] == false);
  CHECK(json["tracking"] == "count");
  CHECK(json["requested"]["audience"] == "public");
  CHECK(json["requested"]["expires_at"].is_null());
  CHECK(json["requested"]["visibility"]["download"] == true);
  CHECK(json["requested"]["tracking"] == "identified");
  CHECK(json["adjusted"] == Json::parse(R"([{"field":"audience","rule":"allow_public"},
                                            {"field":"visibility","rule":"allowed_visibility"},
                                            {"field":"expires_at","rule":"max_ttl_seconds"},
                                            {"field":"tracking","rule":"tracking_max"}])"));
  CHECK(json["blocked_by"] == Json::parse(R"(["require_passcode"])"));
}

TEST_CASE("opens are shown only while they are tracked, whatever was counted", "[api][shares]") {
  core::Share share = a_share();
  share.opens = {.person = 7, .scanner = 8, .preview = 9};
  share.links[0].opens = {.person = 1, .scanner = 2, .preview = 3};
  share.granted.tracking = core::Tracking::identified;
  CHECK(shown(share)["opens"] == Json::parse(R"({"person":7,"scanner":8,"preview":9})"));
  CHECK(shown(share)["links"][0]["opens"] ==
        Json::parse(R"({"person":1,"scanner":2,"preview":3})"));
  share.policy.tracking_max = core::Tracking::none;
  CHECK(shown(share)["opens"].is_null());
  CHECK(shown(share)["links"][0]["opens"].is_null());
}

TEST_CASE("a clip is shown with the warning that media are not cut", "[api][shares]") {
  core::Share share = a_share();
  share.clip = core::Clip{1000, 2000};
  const Json json = shown(share);
  CHECK(json["clip"] == Json::parse(R"({"start_ms":1000,"end_ms":2000})"));
  REQUIRE(json["warnings"].size() == 1);
  CHECK(json["warnings"][0]["code"] == "clip_not_enforced");
}

TEST_CASE("a dead link shows no url", "[api][shares]") {
  core::Share share = a_share();
  CHECK(shown(share)["links"][0]["url"].is_string());
  share.links[0].retires_at = kThen + std::chrono::milliseconds(1);
  CHECK(shown(share)["links"][0]["url"].is_string());
  share.links[0].retires_at = kThen;
  CHECK(shown(share)["links"][0]["url"].is_null());
  share.links[0].retires_at.reset();
  share.links[0].revoked_at = kThen;
  CHECK(shown(share)["links"][0]["url"].is_null());
  share.links[0].revoked_at.reset();
  share.revoked_at = kThen;
  CHECK(shown(share)["links"][0]["url"].is_null());
}

TEST_CASE("a preview has no identity and no link", "[api][shares]") {
  const Json json = previewed(
      {a_share().recording_id, core::content_of(a_share()), core::in_force(a_share()), true});
  CHECK(json["valid"] == true);
  CHECK(json["has_passcode"] == true);
  for (const char* name : {"id", "state", "links", "version", "created_at", "blocked_by"}) {
    CHECK_FALSE(json.contains(name));
  }
}

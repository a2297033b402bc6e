#include "api/share_dto.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "api/json_reader.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::Flag;

namespace {

core::SharePatch patch_of(const std::string& body) {
  return read_share_patch(body, [] { return std::string("rec-1"); });
}

Faulty faults_in_draft(const std::string& members) {
  return faults_of(
      failure_of([&] { read_share_draft("{\"recording_id\":\"rec-1\"," + members + "}"); }));
}

Faulty faults_in_patch(const std::string& body) {
  return faults_of(failure_of([&] { patch_of(body); }));
}

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

LinkUrls urls() {
  return {"https://app.example.com/s#{token}", false,
          std::make_shared<const core::LinkKeys>(
              std::vector<core::LinkKey>{{1, core::KeyState::active, {}}})};
}

}  // namespace

TEST_CASE("a share is read with all that was said", "[api][shares]") {
  const auto draft = read_share_draft(
      R"({"recording_id":"rec-1","title":"T","label":null,"metadata":{"t" : 1.10},
          "audience":"public","visibility":{"summary":true,"transcript":false},
          "starts_at":"2026-11-20T10:14:00Z","ttl_seconds":60,"state":"revoked","id":1})");
  CHECK(draft.recording_id.text() == "rec-1");
  CHECK(draft.title == "T");
  CHECK_FALSE(draft.label.has_value());
  CHECK(draft.metadata == R"({"t" : 1.10})");
  CHECK(draft.visibility ==
        std::vector<std::pair<Flag, bool>>{{Flag::transcript, false}, {Flag::summary, true}});
  CHECK(draft.window.starts_at == kThen);
  CHECK(draft.window.end == core::WindowEnd(std::chrono::seconds(60)));
}

TEST_CASE("an end can be said in four ways, or left to the policy", "[api][shares]") {
  const auto end_of = [](const std::string& members) {
    return read_share_draft("{\"recording_id\":\"r\"" + members + "}").window.end;
  };
  CHECK_FALSE(end_of("").has_value());
  CHECK(end_of(",\"expires_at\":null") == core::WindowEnd(core::Permanent{}));
  CHECK(end_of(",\"expires_at\":\"2026-11-20T10:14:00Z\"") == core::WindowEnd(kThen));
  CHECK(end_of(",\"expires_in\":\"1h\"") == core::WindowEnd(std::chrono::seconds(3600)));
}

TEST_CASE("contradicting and impossible ends are refused", "[api][shares]") {
  CHECK(faults_in_draft(R"("expires_at":null,"ttl_seconds":5)") ==
        Faulty{"/ttl_seconds conflicting_fields"});
  CHECK(faults_in_draft(R"("expires_at":"2026-11-20T10:14:00Z","expires_in":"1h")") ==
        Faulty{"/expires_in conflicting_fields"});
  for (const std::string ttl : {"0", "-1", "1000000000000", "1e400"}) {
    INFO(ttl);
    CHECK(faults_in_draft("\"ttl_seconds\":" + ttl) == Faulty{"/ttl_seconds out_of_range"});
  }
  CHECK(faults_in_draft(R"("expires_in":"2h")") == Faulty{"/expires_in invalid_format"});
  CHECK(faults_in_draft(R"("expires_at":"2026-02-30T00:00:00Z")") ==
        Faulty{"/expires_at invalid_format"});
}

TEST_CASE("every fault of a share is told at once", "[api][shares]") {
  CHECK(faults_in_draft(R"("title":"","label":7,"metadata":[],"audience":"all",
                           "visibility":{"video":true,"info":1},"views":1)") ==
        Faulty{"/title out_of_range", "/label wrong_type", "/metadata wrong_type",
               "/audience invalid_format", "/visibility/info wrong_type",
               "/visibility/video unknown_field", "/views unknown_field"});
  CHECK(faults_of(failure_of([] { read_share_draft("{}"); })) == Faulty{"/recording_id required"});
}

TEST_CASE("metadata may weigh 16 KiB and no more", "[api][shares]") {
  const std::string full = "\"metadata\":{\"m\":\"" + std::string(16384 - 8, 'x') + "\"}";
  CHECK_NOTHROW(read_share_draft("{\"recording_id\":\"r\"," + full + "}"));
  CHECK(faults_in_draft("\"metadata\":{\"m\":\"" + std::string(16384 - 7, 'x') + "\"}") ==
        Faulty{"/metadata out_of_range"});
}

TEST_CASE("a patch tells leaving alone from clearing", "[api][shares]") {
  const auto patch = patch_of(R"({"title":null,"label":"L"})");
  REQUIRE(patch.title.has_value());
  CHECK_FALSE(patch.title->has_value());
  CHECK(patch.label == std::optional(std::optional<std::string>("L")));
  CHECK_FALSE(patch.metadata.has_value());
  CHECK_FALSE(patch.window.end.has_value());
  CHECK(patch_of("{}").visibility.empty());
}

TEST_CASE("what is derived or fixed cannot be patched", "[api][shares]") {
  CHECK(faults_in_patch(R"({"state":"disabled"})") == Faulty{"/state read_only_field"});
  CHECK(faults_in_patch(R"({"recording_id":"rec-2"})") == Faulty{"/recording_id read_only_field"});
  CHECK(faults_in_patch(R"({"audience":"workspace"})") == Faulty{"/audience read_only_field"});
  CHECK_NOTHROW(patch_of(R"({"recording_id":"rec-1","audience":"public","id":"x","version":9,
                             "links":[],"created_by":null})"));
}

TEST_CASE("the recording of a share is asked for only when a patch names one", "[api][shares]") {
  const auto never = []() -> std::string { throw std::logic_error("asked in vain"); };
  CHECK_NOTHROW(read_share_patch(R"({"title":"x"})", never));
}

TEST_CASE("an operation without a body takes an empty object and nothing else", "[api][shares]") {
  CHECK_NOTHROW(require_empty(""));
  CHECK_NOTHROW(require_empty(" {} "));
  CHECK(faults_of(failure_of([] { require_empty(R"({"x":1})"); })) == Faulty{"/x unknown_field"});
  CHECK(failure_of([] { require_empty("x"); }).code() == core::ErrorCode::malformed_json);
}

TEST_CASE("a share shows its link, its flags and its metadata as given", "[api][shares]") {
  const std::string text = to_json(a_share(), urls());
  CHECK(text.find(R"("metadata":{"n": 1.10})") != std::string::npos);
  const auto json = Json::parse(text);
  CHECK(json["label"] == "for <Ada>");
  CHECK(json["state"] == "active");
  CHECK(json["visibility"].size() == core::kFlags.size());
  CHECK(json["links"][0]["url"].get<std::string>().starts_with("https://app.example.com/s#"));
  CHECK(json["created_by"].is_null());
  CHECK(json["version"] == 4);
}

TEST_CASE("a revoked share shows no url", "[api][shares]") {
  core::Share share = a_share();
  share.revoked_at = kThen;
  CHECK(Json::parse(to_json(share, urls()))["links"][0]["url"].is_null());
}

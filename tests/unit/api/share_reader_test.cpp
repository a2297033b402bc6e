#include "api/share_reader.hpp"

#include <catch2/catch.hpp>
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

}  // namespace

TEST_CASE("a share is read with all that was said", "[api][shares]") {
  const auto draft = read_share_draft(
      R"({"recording_id":"rec-1","title":"T","label":null,"metadata":{"t" : 1.10},
          "audience":"public","visibility":{"summary":true,"transcript":false},
          "starts_at":"2026-11-20T10:14:00Z","ttl_seconds":60,"state":"revoked","id":1,
          "max_views":2147483647,"passcode":"open sesame","clip":{"start_ms":0,"end_ms":1},
          "tracking":"count","recipients":[{"name":"Ada","email":"Ada@Example.com"}]})");
  CHECK(draft.recording_id.text() == "rec-1");
  CHECK(draft.title == "T");
  CHECK_FALSE(draft.label.has_value());
  CHECK(draft.metadata == R"({"t" : 1.10})");
  CHECK(draft.visibility ==
        std::vector<std::pair<Flag, bool>>{{Flag::transcript, false}, {Flag::summary, true}});
  CHECK(draft.window.starts_at == kThen);
  CHECK(draft.window.end == core::WindowEnd(std::chrono::seconds(60)));
  CHECK(draft.audience == core::Audience::anyone);
  CHECK(draft.max_views == 2147483647);
  CHECK(draft.passcode == "open sesame");
  CHECK(draft.clip == core::Clip{0, 1});
  CHECK(draft.tracking == core::Tracking::count);
  CHECK(draft.recipients ==
        std::vector<core::Recipient>{{"Ada", "Ada@Example.com", "ada@example.com"}});
}

TEST_CASE("a share that says little asks for nothing", "[api][shares]") {
  const auto draft =
      read_share_draft(R"({"recording_id":"r","max_views":null,"passcode":null,"clip":null})");
  CHECK_FALSE(draft.audience.has_value());
  CHECK_FALSE(draft.max_views.has_value());
  CHECK_FALSE(draft.passcode.has_value());
  CHECK_FALSE(draft.clip.has_value());
  CHECK_FALSE(draft.tracking.has_value());
  CHECK(draft.recipients.empty());
}

TEST_CASE("limits out of range are refused and never wrap", "[api][shares]") {
  for (const std::string views : {"0", "-1", "2147483648", "9223372036854775808", "1e400"}) {
    INFO(views);
    CHECK(faults_in_draft("\"max_views\":" + views) == Faulty{"/max_views out_of_range"});
  }
  CHECK(faults_in_draft(R"("max_views":1.0)") == Faulty{"/max_views wrong_type"});
  CHECK(faults_in_draft(R"("clip":{"start_ms":9,"end_ms":9})") ==
        Faulty{"/clip/end_ms out_of_range"});
  CHECK(faults_in_draft(R"("clip":{"start_ms":-1,"end_ms":9,"x":0})") ==
        Faulty{"/clip/start_ms out_of_range", "/clip/x unknown_field"});
  CHECK(faults_in_draft(R"("clip":[0,9])") == Faulty{"/clip wrong_type"});
}

TEST_CASE("a recipient named twice is told where", "[api][shares]") {
  CHECK(faults_in_draft(R"("recipients":[{"email":"a@example.com"},{"email":"b@example.com"},
                                         {"email":"A@EXAMPLE.com"}])") ==
        Faulty{"/recipients/2/email duplicate"});
  CHECK(faults_in_draft(R"("recipients":[])") == Faulty{"/recipients out_of_range"});
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
                           "visibility":{"video":true,"info":1},"max_views":0,"passcode":"abc",
                           "clip":{"start_ms":5},"tracking":"all","views":1)") ==
        Faulty{"/title out_of_range", "/label wrong_type", "/metadata wrong_type",
               "/audience invalid_format", "/visibility/info wrong_type",
               "/visibility/video unknown_field", "/max_views out_of_range",
               "/passcode out_of_range", "/clip/end_ms required", "/tracking invalid_format",
               "/views unknown_field"});
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

TEST_CASE("a patch clears limits with null, and says nothing where it names nothing",
          "[api][shares]") {
  const auto nothing = patch_of("{}");
  CHECK_FALSE(nothing.max_views.has_value());
  CHECK_FALSE(nothing.passcode.has_value());
  CHECK_FALSE(nothing.clip.has_value());
  CHECK_FALSE(nothing.audience.has_value());
  CHECK_FALSE(nothing.tracking.has_value());
  const auto cleared = patch_of(R"({"max_views":null,"passcode":null,"clip":null})");
  CHECK(cleared.max_views == std::make_optional(std::optional<std::int64_t>()));
  CHECK(cleared.passcode == std::make_optional(std::optional<std::string>()));
  CHECK(cleared.clip == std::make_optional(std::optional<core::Clip>()));
  const auto set = patch_of(
      R"({"max_views":1,"passcode":"1234","clip":{"start_ms":0,"end_ms":5},
          "audience":"workspace","tracking":"none"})");
  CHECK(set.max_views == std::optional(std::optional<std::int64_t>(1)));
  CHECK(set.passcode == std::optional(std::optional<std::string>("1234")));
  CHECK(set.clip == std::optional(std::optional(core::Clip{0, 5})));
  CHECK(set.audience == core::Audience::workspace);
  CHECK(set.tracking == core::Tracking::none);
  for (const std::string name : {"audience", "tracking", "visibility", "starts_at"}) {
    CHECK(faults_in_patch("{\"" + name + "\":null}") == Faulty{"/" + name + " wrong_type"});
  }
}

TEST_CASE("what is derived or fixed cannot be patched", "[api][shares]") {
  CHECK(faults_in_patch(R"({"state":"disabled"})") == Faulty{"/state read_only_field"});
  CHECK(faults_in_patch(R"({"recording_id":"rec-2"})") == Faulty{"/recording_id read_only_field"});
  CHECK(faults_in_patch(R"({"recipients":[]})") == Faulty{"/recipients read_only_field"});
  CHECK_NOTHROW(patch_of(R"({"recording_id":"rec-1","audience":"public","id":"x","version":9,
                             "links":[],"created_by":null,"requested":{},"adjusted":[],
                             "blocked_by":[],"warnings":[],"has_passcode":true})"));
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

#include "api/comment_dto.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "api/json_reader.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

const core::Instant kThen = *core::parse_rfc3339("2026-11-20T10:14:00Z");
constexpr auto kLink = "lnk_00000000000000000000000000";

core::Comment a_comment() {
  return {.id = core::CommentId(core::Uuid{}),
          .share_id = core::ShareId(core::Uuid{}),
          .link_id = core::LinkId(core::Uuid{}),
          .at_ms = 61000,
          .body = "<b>Look</b>\nhere",
          .author = std::nullopt,
          .created_at = kThen,
          .updated_at = kThen,
          .version = 3};
}

core::CommentPatch patch_of(const std::string& body) { return read_comment_patch(body, a_comment); }

Faulty faults_in_draft(const std::string& body) {
  return faults_of(failure_of([&] { read_comment_draft(body); }));
}

Faulty faults_in_patch(const std::string& body) {
  return faults_of(failure_of([&] { patch_of(body); }));
}

}  // namespace

TEST_CASE("a comment is read with all that was said", "[api][comments]") {
  const auto draft =
      read_comment_draft(std::string(R"({"body":"Look\nhere","at_ms":61000,)") +
                         R"("author":"Ada","version":9,"link_id":")" + kLink + "\"}");
  CHECK(draft.body == "Look\nhere");
  CHECK(draft.at_ms == 61000);
  CHECK(draft.author == "Ada");
  CHECK(draft.link_id == core::LinkId(core::Uuid{}));
  const auto bare = read_comment_draft(R"({"body":"x","at_ms":null,"author":null,"link_id":null})");
  CHECK_FALSE(bare.at_ms);
  CHECK_FALSE(bare.author);
  CHECK_FALSE(bare.link_id);
}

TEST_CASE("every fault of a comment is told", "[api][comments]") {
  CHECK(faults_in_draft(R"({"at_ms":-1,"author":" ","link_id":"shr_x","likes":1})") ==
        Faulty{"/body required", "/at_ms out_of_range", "/author out_of_range",
               "/link_id invalid_format", "/likes unknown_field"});
  CHECK(faults_in_draft(R"({"body":" \n\t"})") == Faulty{"/body out_of_range"});
  CHECK(faults_in_draft(R"({"body":null})") == Faulty{"/body wrong_type"});
  CHECK(faults_in_draft(R"({"body":"x","author":"A\u202eb"})") == Faulty{"/author invalid_format"});
  CHECK(faults_in_draft(R"({"body":"x","at_ms":1.5})") == Faulty{"/at_ms wrong_type"});
  CHECK(faults_in_draft(R"({"body":"x\u0000"})") == Faulty{"/body invalid_format"});
}

TEST_CASE("a comment has 1 to 10,000 characters, not bytes", "[api][comments]") {
  const auto of = [](int count) {
    std::string body = "{\"body\":\"";
    for (int i = 0; i < count; ++i) {
      body += "\u4f8b";
    }
    return body + "\"}";
  };
  CHECK(read_comment_draft(of(10'000)).body.size() == 30'000);
  CHECK(faults_in_draft(of(10'001)) == Faulty{"/body out_of_range"});
  CHECK(faults_in_draft(R"({"body":""})") == Faulty{"/body out_of_range"});
}

TEST_CASE("a patch of a comment tells leaving alone from clearing", "[api][comments]") {
  const auto nothing = patch_of(R"({"id":"x","share_id":"y","created_at":1})");
  CHECK_FALSE(nothing.body);
  CHECK_FALSE(nothing.at_ms);
  CHECK_FALSE(nothing.author);
  const auto cleared = patch_of(R"({"at_ms":null,"author":null,"body":"new"})");
  CHECK(cleared.body == "new");
  REQUIRE((cleared.at_ms && cleared.author));
  CHECK_FALSE(*cleared.at_ms);
  CHECK_FALSE(*cleared.author);
  CHECK(faults_in_patch(R"({"body":null})") == Faulty{"/body wrong_type"});
}

TEST_CASE("a comment stays with its link", "[api][comments]") {
  CHECK(faults_in_patch(R"({"link_id":null})") == Faulty{"/link_id read_only_field"});
  CHECK(faults_in_patch(R"({"link_id":"lnk_00000000000000000000000001"})") ==
        Faulty{"/link_id read_only_field"});
  CHECK_NOTHROW(patch_of(std::string("{\"link_id\":\"") + kLink + "\"}"));
  CHECK_NOTHROW(read_comment_patch(
      R"({"body":"x"})", []() -> core::Comment { throw std::logic_error("asked in vain"); }));
}

TEST_CASE("a comment is shown as it was written", "[api][comments]") {
  const std::string text = to_json(a_comment());
  CHECK(text.find("<b>") == std::string::npos);  // never to be taken for HTML
  const auto json = Json::parse(text);
  CHECK(json["body"] == "<b>Look</b>\nhere");
  CHECK(json["link_id"] == kLink);
  CHECK(json["at_ms"] == 61000);
  CHECK(json["author"].is_null());
  CHECK(json["version"] == 3);
}

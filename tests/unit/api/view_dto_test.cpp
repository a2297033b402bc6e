#include "api/view_dto.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "api/json_reader.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

Faulty faults_in(const std::string& body) {
  return faults_of(failure_of([&] { read_open_request(body); }));
}

const PageScope kScope{core::WorkspaceId(core::Uuid{}), "listViews", ""};
const PageTokens kTokens{core::SecretKey{}};

}  // namespace

TEST_CASE("a report is of a person's gesture unless it says otherwise", "[api][opens]") {
  const OpenRequest plain = read_open_request(R"({"token":"t","session":"s"})");
  CHECK(plain.token == "t");
  CHECK(plain.session == "s");
  CHECK(plain.gesture);
  CHECK_FALSE(plain.user_agent);
  CHECK_FALSE(plain.time_zone);
  CHECK_FALSE(read_open_request(R"({"token":"t","session":"s","gesture":false})").gesture);
}

TEST_CASE("a report tells of its viewer what it likes", "[api][opens]") {
  const OpenRequest full = read_open_request(
      R"({"token":"t","session":"s","viewer":{"time_zone":"Europe/Berlin","user_agent":"x"}})");
  CHECK(full.time_zone == "Europe/Berlin");
  CHECK(full.user_agent == "x");
  const OpenRequest nothing = read_open_request(
      R"({"token":"t","session":"s","viewer":{"time_zone":null,"user_agent":null}})");
  CHECK_FALSE(nothing.time_zone);
  CHECK_FALSE(nothing.user_agent);
}

TEST_CASE("every fault of a report is named", "[api][opens]") {
  CHECK(faults_in("{}") == Faulty{"/token required", "/session required"});
  CHECK(faults_in(R"({"token":1,"session":null,"gesture":"yes","viewer":{"time_zone":"Mars ",
                      "user_agent":["x"],"address":"::1"},"passcode":"x"})") ==
        Faulty{"/token wrong_type", "/session wrong_type", "/gesture wrong_type",
               "/viewer/time_zone invalid_format", "/viewer/user_agent wrong_type",
               "/viewer/address unknown_field", "/passcode unknown_field"});
  CHECK(faults_in(R"({"token":"t","session":"s","gesture":null,"viewer":null})") ==
        Faulty{"/gesture wrong_type", "/viewer wrong_type"});
  CHECK(faults_in(R"({"token":"t","session":"s","viewer":{"user_agent":")" +
                  std::string(1025, 'x') + "\"}}") == Faulty{"/viewer/user_agent out_of_range"});
}

TEST_CASE("a view shows whom, when, what and why", "[api][opens]") {
  core::View view{.id = core::ViewId(core::Uuid{}),
                  .link_id = core::LinkId(core::Uuid{}),
                  .recipient = core::Recipient{"Ann", "Ann@example.com", "secret-key"},
                  .opened_at = *core::parse_rfc3339("2026-11-20T10:14:00Z"),
                  .open_class = core::OpenClass::preview,
                  .reason = "slack",
                  .client = {},
                  .time_zone = "Europe/Berlin"};
  const std::string text = to_json({{view}, std::nullopt}, kScope, kTokens);
  CHECK(text == R"({"items":[{"id":"viw_00000000000000000000000000",)"
                R"("link_id":"lnk_00000000000000000000000000",)"
                R"("recipient":{"name":"Ann","email":"Ann@example.com"},)"
                R"("opened_at":"2026-11-20T10:14:00.000Z","class":"preview","reason":"slack",)"
                R"("client":null,"time_zone":"Europe/Berlin"}],"next_page_token":null})");
  view.recipient.reset();
  CHECK(Json::parse(to_json({{view}, std::nullopt}, kScope, kTokens))["items"][0]["recipient"]
            .is_null());
  CHECK(erased_json(3) == R"({"deleted":3})");
}

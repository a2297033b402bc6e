#include "api/link_dto.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "api/json_reader.hpp"
#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

Faulty faults_in_draft(const std::string& body) {
  return faults_of(failure_of([&] { read_link_draft(body); }));
}

Faulty faults_in_patch(const std::string& body) {
  return faults_of(failure_of([&] { read_link_patch(body); }));
}

std::vector<core::Recipient> recipients_of(const std::string& list) {
  const JsonDocument document = JsonDocument::read("{\"recipients\":" + list + "}");
  Faults faults(document.faults());
  ObjectReader share(document.root(), faults);
  auto recipients = read_recipients(share, "recipients");
  share.refuse_unknown();
  faults.raise();
  return recipients;
}

Faulty faults_in_list(const std::string& list) {
  return faults_of(failure_of([&] { recipients_of(list); }));
}

const core::Instant kThen = *core::parse_rfc3339("2026-11-20T10:14:00Z");

Links::Shown a_link() {
  return {{.id = core::LinkId(core::Uuid{}),
           .kid = 1,
           .recipient = core::Recipient{"Ann <Lee>", "Ann@B\u00fccher.example", "secret-key"},
           .views = 3,
           .created_at = kThen,
           .retires_at = std::nullopt,
           .replaced_by = std::nullopt,
           .revoked_at = std::nullopt,
           .version = 2},
          "https://app.example.com/s#token"};
}

}  // namespace

TEST_CASE("a link is for the recipient named, or for anybody", "[api][links]") {
  const auto recipient = read_link_draft(
      R"({"recipient":{"name":"Ann Lee","email":"Ann@Bücher.example"},"id":"x","url":null})");
  REQUIRE(recipient);
  CHECK(recipient->name == "Ann Lee");
  CHECK(recipient->email == "Ann@B\u00fccher.example");
  CHECK(recipient->key == "ann@xn--bcher-kva.example");
  CHECK_FALSE(read_link_draft(R"({"recipient":{"email":"a@b.co"}})")->name);
  CHECK_FALSE(read_link_draft(R"({"recipient":{"email":"a@b.co","name":null}})")->name);
  for (const char* anybody : {"", "{}", R"({"recipient":null})"}) {
    CHECK_FALSE(read_link_draft(anybody));
  }
}

TEST_CASE("every fault of a recipient is told, each at its place", "[api][links]") {
  CHECK(faults_in_draft(R"({"recipient":{"name":"","email":"a@b","age":1},"note":""})") ==
        Faulty{"/recipient/name out_of_range", "/recipient/email invalid_format",
               "/recipient/age unknown_field", "/note unknown_field"});
  CHECK(faults_in_draft(R"({"recipient":{}})") == Faulty{"/recipient/email required"});
  CHECK(faults_in_draft(R"({"recipient":{"email":null}})") ==
        Faulty{"/recipient/email wrong_type"});
  CHECK(faults_in_draft(R"({"recipient":"a@b.co"})") == Faulty{"/recipient wrong_type"});
  CHECK(faults_in_draft(R"({"recipient":{"email":"a@b.co\r\nBcc: c@d.co"}})") ==
        Faulty{"/recipient/email invalid_format"});
}

TEST_CASE("a name is one line of 1 to 200 characters that reads forwards", "[api][links]") {
  const auto with_name = [](const std::string& name) {
    return R"({"recipient":{"email":"a@b.co","name":")" + name + "\"}}";
  };
  CHECK_NOTHROW(read_link_draft(with_name(std::string(200, 'x'))));
  CHECK(faults_in_draft(with_name(std::string(201, 'x'))) ==
        Faulty{"/recipient/name out_of_range"});
  CHECK(faults_in_draft(with_name(" \\t\u00a0")) == Faulty{"/recipient/name out_of_range"});
  for (const char* name : {"Ann\\nLee", "Ann\\u202egpj", "\\u200fAnn", "Ann\\u0007", "\\u2066A"}) {
    CHECK(faults_in_draft(with_name(name)) == Faulty{"/recipient/name invalid_format"});
  }
}

TEST_CASE("a patch of a link tells leaving alone from clearing", "[api][links]") {
  CHECK_FALSE(read_link_patch("{}").recipient);
  const auto anybody = read_link_patch(R"({"recipient":null})").recipient;
  REQUIRE(anybody);
  CHECK_FALSE(*anybody);

  const auto renamed = read_link_patch(R"({"recipient":{"name":null},"version":3})").recipient;
  REQUIRE((renamed && *renamed && (*renamed)->name));
  CHECK_FALSE(*(*renamed)->name);
  CHECK_FALSE((*renamed)->email);

  const auto moved = read_link_patch(R"({"recipient":{"email":"Bob@Example.com"}})").recipient;
  REQUIRE((moved && *moved));
  CHECK_FALSE((*moved)->name);
  CHECK((*moved)->email == "Bob@Example.com");
  CHECK((*moved)->key == "bob@example.com");
}

TEST_CASE("every fault of a patch of a link is told", "[api][links]") {
  CHECK(faults_in_patch(R"({"recipient":{"name":7,"email":"x","no":1},"grace_seconds":1})") ==
        Faulty{"/recipient/name wrong_type", "/recipient/email invalid_format",
               "/recipient/no unknown_field", "/grace_seconds unknown_field"});
  CHECK(faults_in_patch(R"({"recipient":{"email":null}})") ==
        Faulty{"/recipient/email wrong_type"});
  CHECK(faults_in_patch(R"({"recipient":[]})") == Faulty{"/recipient wrong_type"});
}

TEST_CASE("a link that is rotated may live for a day at most", "[api][links]") {
  CHECK(read_rotation("").grace == std::chrono::seconds(0));
  CHECK(read_rotation("{}").grace == std::chrono::seconds(0));
  CHECK(read_rotation(R"({"grace_seconds":86400})").grace == std::chrono::hours(24));
  for (const char* seconds : {"-1", "86401", "9223372036854775808"}) {
    const std::string body = std::string("{\"grace_seconds\":") + seconds + "}";
    CHECK(faults_of(failure_of([&] { read_rotation(body); })) ==
          Faulty{"/grace_seconds out_of_range"});
  }
  CHECK(faults_of(failure_of([] { read_rotation(R"({"grace_seconds":"1","x":0})"); })) ==
        Faulty{"/grace_seconds wrong_type", "/x unknown_field"});
}

TEST_CASE("a share begins with each recipient once", "[api][links]") {
  const auto two = recipients_of(R"([{"email":"a@b.co"},{"name":"B","email":"b@b.co"}])");
  REQUIRE(two.size() == 2);
  CHECK(two[0].key == "a@b.co");
  CHECK(two[1].name == "B");
  CHECK(faults_in_list(
            R"([{"email":"a@b.co"},{"email":"c"},{"email":"A@B.CO"},{"email":"a@b.co","x":1}])") ==
        Faulty{"/recipients/1/email invalid_format", "/recipients/2/email duplicate",
               "/recipients/3/x unknown_field", "/recipients/3/email duplicate"});
  CHECK(faults_in_list("[]") == Faulty{"/recipients out_of_range"});
  CHECK(faults_in_list("[null]") == Faulty{"/recipients/0 wrong_type"});
  CHECK(faults_in_list("null") == Faulty{"/recipients wrong_type"});
  std::string many = "[{\"email\":\"a@b.co\"}";
  for (int i = 0; i < 1000; ++i) {
    many += ",{\"email\":\"a@b.co\"}";
  }
  CHECK(faults_in_list(many + "]") == Faulty{"/recipients out_of_range"});
}

TEST_CASE("a link shows its recipient as given and never the key", "[api][links]") {
  const auto json = Json::parse(to_json(a_link()));
  CHECK(json["recipient"] == Json({{"name", "Ann <Lee>"}, {"email", "Ann@B\u00fccher.example"}}));
  CHECK(json["url"] == "https://app.example.com/s#token");
  CHECK(json["views"] == 3);
  CHECK(json["retires_at"].is_null());
  CHECK(json["replaced_by"].is_null());
  CHECK(json["version"] == 2);
  CHECK(json.dump().find("secret-key") == std::string::npos);
}

TEST_CASE("a link tells how often it was opened only while that is tracked", "[api][links]") {
  Links::Shown link = a_link();
  link.link.opens = {.person = 3, .scanner = 2, .preview = 1};
  CHECK(Json::parse(to_json(link))["opens"].is_null());
  link.tracked = true;
  CHECK(Json::parse(to_json(link))["opens"] ==
        Json::parse(R"({"person":3,"scanner":2,"preview":1})"));
}

TEST_CASE("a link that was rotated names its end and its successor", "[api][links]") {
  Links::Shown link = a_link();
  link.link.recipient.reset();
  link.link.retires_at = kThen;
  link.link.replaced_by = core::LinkId(core::Uuid{});
  link.url.reset();
  const auto json = Json::parse(to_json(link));
  CHECK(json["recipient"].is_null());
  CHECK(json["url"].is_null());
  CHECK(json["retires_at"] == "2026-11-20T10:14:00.000Z");
  CHECK(json["replaced_by"] == "lnk_00000000000000000000000000");
}

#include "service/jobs/mail_message.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "service/email_address.hpp"

using namespace vitrine::jobs;
using Catch::Matchers::Contains;

namespace {

MailMessage a_message() {
  return {.id = "mail_01h455vb4pex5vsknk084sn02q",
          .from = {"Vitrine", "share@example.com"},
          .to = {"Ann", "ann@example.org"},
          .reply_to = Mailbox{"Ben", "ben@example.net"},
          .subject = "Ben shared a recording with you",
          .text = "Hello,\n\n.dot\n",
          .html = "<p>Hello</p>\n",
          .date = vitrine::core::parse_rfc3339("2026-11-26T17:05:09Z").value()};
}

// The lines of the head, unfolded.
std::vector<std::string> fields_of(const std::string& message) {
  std::vector<std::string> fields;
  std::istringstream head(message.substr(0, message.find("\r\n\r\n") + 2));
  for (std::string line; std::getline(head, line);) {
    REQUIRE(line.ends_with('\r'));
    line.pop_back();
    REQUIRE(line.find('\r') == std::string::npos);
    if (line.starts_with(' ')) {
      REQUIRE_FALSE(fields.empty());
      fields.back() += line;
    } else {
      fields.push_back(line);
    }
  }
  return fields;
}

}  // namespace

TEST_CASE("a message has each field once and two forms of one text", "[mail]") {
  const std::string message = to_rfc5322(a_message());
  CHECK(fields_of(message) ==
        std::vector<std::string>{
            "From: \"Vitrine\" <share@example.com>", "To: \"Ann\" <ann@example.org>",
            "Reply-To: \"Ben\" <ben@example.net>", "Subject: Ben shared a recording with you",
            "Date: Thu, 26 Nov 2026 17:05:09 +0000",
            "Message-ID: <mail_01h455vb4pex5vsknk084sn02q@example.com>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"=_mail_01h455vb4pex5vsknk084sn02q\""});
  CHECK(message.find("text/plain") < message.find("text/html"));
  CHECK_THAT(message, Contains("\r\n\r\nHello,\r\n\r\n.dot\r\n\r\n--=_mail_"));
}

TEST_CASE("nothing in a name or a subject ends its field", "[mail]") {
  MailMessage message = a_message();
  const std::string hostile =
      "x\r\nBcc: eve@example.com\r\n\r\n\x01<b>\"\\ \u202e \u2028" + std::string(1, '\0') + "end";
  message.subject = message.to.name = message.from.name = message.reply_to->name = hostile;
  const auto fields = fields_of(to_rfc5322(message));
  CHECK(fields.size() == 9);
  for (const std::string& field : fields) {
    CHECK_FALSE(field.starts_with("Bcc"));
  }
}

TEST_CASE("a long text in any script is folded into words of whole characters", "[mail]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\u00e9\u4f8b\U0001f600";
  const std::string field = "Subject: " + encoded_text(text, 9);
  std::istringstream lines(field);
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    CHECK(line.size() <= 77);
    if (count > 0) {
      CHECK(line.starts_with(" =?UTF-8?B?"));
    }
  }
  CHECK(count > 10);
  CHECK(encoded_text("Caf\u00e9", 9) == "=?UTF-8?B?Q2Fmw6k=?=");
  CHECK(encoded_text("Plain words", 9) == "Plain words");
  CHECK(encoded_text("=?UTF-8?Q?fake?=", 9).starts_with("=?UTF-8?B?"));
}

TEST_CASE("quoted-printable keeps every byte and short lines", "[mail]") {
  CHECK(quoted_printable("a=b \nend ") == "a=3Db=20\r\nend=20");
  CHECK(quoted_printable("\u00fc\t\r") == "=C3=BC=09=0D");
  std::istringstream lines(quoted_printable(std::string(1000, 'x') + std::string(300, '\xe4')));
  for (std::string line; std::getline(lines, line);) {
    CHECK(line.size() <= 77);
  }
}

TEST_CASE("a mailbox is an address, with or without a name", "[mail]") {
  CHECK(read_mailbox("Vitrine <share@example.com>")->name == "Vitrine");
  CHECK(read_mailbox("\"Vitrine, Inc.\" <share@example.com>")->name == "Vitrine, Inc.");
  CHECK(read_mailbox(" Share@B\u00fccher.example ")->address == "Share@xn--bcher-kva.example");
  CHECK(read_mailbox("share@example.com")->name.empty());
  for (const char* text :
       {"", "Vitrine", "Vitrine <>", "a@b", "A <a@example.com> B", "A\n <a@example.com>",
        "\"A\" \"B\" <a@example.com>", "<a@example.com>, <b@example.com>"}) {
    CAPTURE(text);
    CHECK_FALSE(read_mailbox(text));
  }
}

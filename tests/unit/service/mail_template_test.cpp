#include "service/jobs/mail_template.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

using namespace vitrine;
using namespace vitrine::jobs;
using Catch::Matchers::Contains;
using Form = MailTemplate::Form;

namespace {

std::string filled(const std::string& source, const MailValues& values, Form form = Form::text) {
  return MailTemplate(source, {"title", "link"}).fill(values, form);
}

void write(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path) << content;
}

}  // namespace

TEST_CASE("a placeholder stands for its value, a section for one that is there", "[mail]") {
  CHECK(filled("a {{title}}{{#link}} at {{link}}{{/link}}.", {{"title", "T"}, {"link", "L"}}) ==
        "a T at L.");
  CHECK(filled("a {{title}}{{#link}} at {{link}}{{/link}}.", {{"title", "T"}}) == "a T.");
  CHECK(filled("{{title}}", {{"title", "{{link}}"}, {"link", "L"}}) == "{{link}}");
}

TEST_CASE("values cannot bring markup, lines or marks of direction", "[mail]") {
  const MailValues values = {{"title", "<b a='\"&'>\n\u202e\x07x"}};
  CHECK(filled("{{title}}", values, Form::html) == "&lt;b a=&#39;&quot;&amp;&#39;&gt;   x");
  CHECK(filled("{{title}}", values) == "<b a='\"&'>   x");
}

TEST_CASE("a template that cannot be filled is refused", "[mail]") {
  for (const char* source :
       {"{{token}}", "{{title", "{{#title}}x", "{{/title}}", "{{#title}}{{/link}}", "{{ title }}",
        "{{#title}}{{#link}}{{/link}}{{/title}}", "{{}}", "\xff"}) {
    CAPTURE(source);
    CHECK_THROWS_AS(filled(source, {}), std::invalid_argument);
  }
}

TEST_CASE("the built-in mails say everything they know, twice", "[mail]") {
  const MailTemplates templates;
  const MailValues values = {
      {"sender", "Ben <x>"},       {"recipient", "Ann"}, {"viewer", "Ann"},  {"title", "Q&A"},
      {"link", "https://h/s#abc"}, {"starts", "START"},  {"expires", "END"}, {"when", "WHEN"},
      {"passcode", "yes"}};
  const MailContent shared = templates.fill(core::MailKind::shared, values);
  CHECK_THAT(shared.subject, Contains("Ben <x> shared a recording with you"));
  CHECK_THAT(shared.html,
             !Contains("<x>") && Contains("Q&amp;A") && Contains("href=\"https://h/s#abc\""));
  for (const std::string& text : {shared.text, shared.html}) {
    CHECK_THAT(text, Contains("Ann") && Contains("https://h/s#abc") && Contains("START") &&
                         Contains("END") && Contains("passcode") && !Contains("{{"));
  }
  const MailContent opened = templates.fill(core::MailKind::opened, values);
  CHECK(opened.subject == "Your Shared Recording Was Opened\n");
  CHECK_THAT(opened.text, Contains("Ann") && Contains("Q&A") && Contains("WHEN"));
  CHECK_THAT(templates.fill(core::MailKind::expiring, values).text, Contains("WHEN"));
}

TEST_CASE("an operator replaces one template and keeps the others", "[mail]") {
  const test::TemporaryFolder folder;
  write(folder.path() / "shared.subject", "New: {{title}}");
  const MailTemplates templates(folder.path());
  CHECK(templates.fill(core::MailKind::shared, {{"title", "T"}}).subject == "New: T");
  CHECK_THAT(templates.fill(core::MailKind::shared, {{"title", "T"}}).text, Contains("Open it"));
  write(folder.path() / "opened.txt", "{{link}}");
  CHECK_THROWS_WITH(MailTemplates(folder.path()),
                    Contains("the mail template opened.txt has the unknown placeholder {{link}}"));
}

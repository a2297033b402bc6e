#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/mail.hpp"

// What mails say. Each kind has three files: its subject, its text and its HTML. They are a small
// part of Mustache (https://mustache.github.io/mustache.5.html): `{{title}}` stands for a value,
// and what is between `{{#expires}}` and `{{/expires}}` is there when that value is not empty.
// Sections do not nest.
namespace vitrine::jobs {

// Values by the names of their placeholders.
using MailValues = std::map<std::string, std::string, std::less<>>;

class MailTemplate {
 public:
  // Throws std::invalid_argument with the end of a sentence that begins with the template's name:
  // for a placeholder that is not among `known`, one that is not closed, or text that is no UTF-8.
  MailTemplate(std::string_view source, const std::vector<std::string_view>& known);

  enum class Form { text, html };
  // Values lose their control characters; in HTML their markup is escaped.
  std::string fill(const MailValues& values, Form form) const;

 private:
  struct Piece {
    enum class Kind { literal, value, section } kind;
    std::string text;            // what it says, or the name of the value
    std::vector<Piece> content;  // of a section
  };
  class Reader;
  static void fill_into(std::string& out, const std::vector<Piece>& pieces,
                        const MailValues& values, Form form);

  std::vector<Piece> pieces_;
};

struct MailContent {
  std::string subject, text, html;
};

class MailTemplates {
 public:
  // The built-in ones, each replaced by the file of its name in the folder, where there is one; no
  // folder: "". Throws std::invalid_argument with a sentence for the operator.
  explicit MailTemplates(const std::string& folder = "");

  MailContent fill(core::MailKind kind, const MailValues& values) const;

 private:
  struct Set {
    MailTemplate subject, text, html;
  };
  std::map<core::MailKind, Set> sets_;
};

}  // namespace vitrine::jobs

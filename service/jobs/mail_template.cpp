#include "service/jobs/mail_template.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "service/core/utf8.hpp"
#include "service/embedded_file.hpp"
#include "service/jobs/mail_message.hpp"

namespace vitrine::jobs {
namespace {

using core::MailKind;
using Names = std::vector<std::string_view>;
constexpr auto npos = std::string_view::npos;
constexpr std::size_t kMaxBytes = 256 << 10;

// What each kind has to tell. An empty value has no section.
const Names& names_of(MailKind kind) {
  static const Names kShared = {"sender", "recipient", "title",   "link",
                                "starts", "expires",   "passcode"};
  static const Names kOpened = {"sender", "viewer", "title", "when"};
  static const Names kExpiring = {"sender", "title", "when"};
  return kind == MailKind::shared ? kShared : kind == MailKind::opened ? kOpened : kExpiring;
}

// The characters that mean something in HTML, in text or within quotes.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

const std::string& value_of(const MailValues& values, std::string_view name) {
  static const std::string kNone;
  const auto found = values.find(name);
  return found == values.end() ? kNone : found->second;
}

// The operator's file of this name, where there is one.
std::optional<std::string> file_in(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) {
      return std::nullopt;
    }
    throw std::invalid_argument("cannot be read: " + std::generic_category().message(errno));
  }
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (file.bad() || content.size() > kMaxBytes) {
    throw std::invalid_argument("must be a file of at most 256 KiB");
  }
  return content;
}

std::string built_in(const std::string& name) {
  for (const EmbeddedFile& file : embedded_mail_templates()) {
    if (file.name == name) {
      return std::string(file.content);
    }
  }
  throw std::logic_error("no mail template is called " + name);
}

MailTemplate load(const std::string& folder, MailKind kind, std::string_view ending) {
  const std::string name = std::string(core::to_text(kind)).append(".").append(ending);
  try {
    const auto own = folder.empty() ? std::nullopt : file_in(folder, name);
    return {own ? *own : built_in(name), names_of(kind)};
  } catch (const std::invalid_argument& fault) {
    throw std::invalid_argument("the mail template " + name + " " + fault.what());
  }
}

}  // namespace

// Takes a template apart, from left to right.
class MailTemplate::Reader {
 public:
  Reader(std::string_view source, const Names& known) : rest_(source), known_(known) {}

  std::vector<Piece> read() {
    auto pieces = read_until("");
    return pieces;
  }

 private:
  // The pieces up to the end of the section, or of the source.
  std::vector<Piece> read_until(std::string_view section) {
    std::vector<Piece> pieces;
    for (;;) {
      const std::size_t begins = rest_.find("{{");
      pieces.push_back({Piece::Kind::literal, std::string(rest_.substr(0, begins)), {}});
      if (begins == npos) {
        require(section.empty(), "does not close {{#" + std::string(section) + "}}");
        return pieces;
      }
      std::string_view tag = take_tag(begins);
      if (tag.starts_with('/')) {
        require(!section.empty() && tag.substr(1) == section,
                "closes with {{" + std::string(tag) + "}} what it did not open");
        return pieces;
      }
      const bool opens = tag.starts_with('#');
      tag.remove_prefix(opens ? 1 : 0);
      require(std::ranges::find(known_, tag) != known_.end(),
              "has the unknown placeholder {{" + std::string(tag) + "}}; there are " + all_known());
      require(!opens || section.empty(), "has a section within a section");
      pieces.push_back({opens ? Piece::Kind::section : Piece::Kind::value, std::string(tag),
                        opens ? read_until(tag) : std::vector<Piece>()});
    }
  }

  std::string_view take_tag(std::size_t begins) {
    const std::size_t ends = rest_.find("}}", begins);
    require(ends != npos, "does not close a placeholder");
    const std::string_view tag = rest_.substr(begins + 2, ends - begins - 2);
    rest_.remove_prefix(ends + 2);
    return tag;
  }

  static void require(bool fine, const std::string& fault) {
    if (!fine) {
      throw std::invalid_argument(fault);
    }
  }

  std::string all_known() const {
    std::string all;
    for (const std::string_view name : known_) {
      all.append(all.empty() ? "" : " ").append(name);
    }
    return all;
  }

  std::string_view rest_;
  const Names& known_;
};

MailTemplate::MailTemplate(std::string_view source, const Names& known) {
  if (!core::is_utf8(source) || source.find('\0') != npos) {
    throw std::invalid_argument("is no text in UTF-8");
  }
  pieces_ = Reader(source, known).read();
}

std::string MailTemplate::fill(const MailValues& values, Form form) const {
  std::string out;
  fill_into(out, pieces_, values, form);
  return out;
}

void MailTemplate::fill_into(std::string& out, const std::vector<Piece>& pieces,
                             const MailValues& values, Form form) {
  for (const Piece& piece : pieces) {
    if (piece.kind == Piece::Kind::literal) {
      out += piece.text;
      continue;
    }
    const std::string& value = value_of(values, piece.text);
    if (piece.kind == Piece::Kind::section) {
      if (!value.empty()) {
        fill_into(out, piece.content, values, form);
      }
    } else {
      const std::string clean = without_controls(value);
      out += form == Form::html ? escaped(clean) : clean;
    }
  }
}

MailTemplates::MailTemplates(const std::string& folder) {
  for (const MailKind kind : {MailKind::shared, MailKind::opened, MailKind::expiring}) {
    sets_.emplace(kind, Set{load(folder, kind, "subject"), load(folder, kind, "txt"),
                            load(folder, kind, "html")});
  }
}

MailContent MailTemplates::fill(MailKind kind, const MailValues& values) const {
  using Form = MailTemplate::Form;
  const Set& set = sets_.at(kind);
  return {set.subject.fill(values, Form::text), set.text.fill(values, Form::text),
          set.html.fill(values, Form::html)};
}

}  // namespace vitrine::jobs

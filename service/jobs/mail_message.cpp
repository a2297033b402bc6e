#include "service/jobs/mail_message.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "service/core/crypto.hpp"
#include "service/core/utf8.hpp"
#include "service/email_address.hpp"

namespace vitrine::jobs {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kLongestLine = 76;
constexpr std::string_view kWordBegins = "=?UTF-8?B?";
constexpr std::string_view kWordEnds = "?=";

bool is_visible(char c) { return c > ' ' && c < 0x7f; }
bool is_plain(char c) { return c == ' ' || is_visible(c); }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string base64(std::string_view text) {
  return core::base64_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// The front of a text that fits into one word on the rest of a line, and ends between two
// characters.
std::string_view front_of_word(std::string_view text, std::size_t used) {
  const std::size_t frame = used + kWordBegins.size() + kWordEnds.size();
  const std::size_t room = frame < kLongestLine ? (kLongestLine - frame) / 4 * 3 : 0;
  std::size_t size = 0;
  while (const auto point = core::first_code_point(text.substr(size))) {
    if (size + point->length > room) {
      break;
    }
    size += point->length;
  }
  return text.substr(0, size);
}

// RFC 5322 section 3.2.4, for a name that is plain ASCII.
std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + '"';
}

bool is_short_ascii(std::string_view text) {
  return text.size() <= 60 && std::ranges::all_of(text, is_plain) && text.find("=?") == npos;
}

std::string field(std::string_view name, const Mailbox& mailbox) {
  std::string out = std::string(name) + ": ";
  const std::string called = without_controls(mailbox.name);
  const std::string_view words = trimmed(called);
  if (words.empty()) {
    return out + mailbox.address + "\r\n";
  }
  out += is_short_ascii(words) ? quoted(words) : encoded_text(words, out.size());
  // On a line of its own, because the longest address fits on no other.
  return out + "\r\n <" + mailbox.address + ">\r\n";
}

// RFC 5322 section 3.3.
std::string date_text(core::Instant instant) {
  using namespace std::chrono;
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(instant - day));
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                kDays.at(weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return out.data();
}

std::string part(std::string_view boundary, std::string_view type, std::string_view content) {
  return "--" + std::string(boundary) + "\r\nContent-Type: " + std::string(type) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         quoted_printable(content) + "\r\n";
}

}  // namespace

std::optional<Mailbox> read_mailbox(std::string_view text) {
  text = trimmed(text);
  std::string_view name;
  if (text.ends_with('>')) {
    const std::size_t begins = text.rfind('<');
    if (begins == npos) {
      return std::nullopt;
    }
    name = trimmed(text.substr(0, begins));
    text = text.substr(begins + 1, text.size() - begins - 2);
  }
  if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
    name = name.substr(1, name.size() - 2);
  }
  if (!core::is_utf8(name) || core::has_control(name) || name.find_first_of("<>\"\\") != npos) {
    return std::nullopt;
  }
  auto address = deliverable_address(text);
  return address ? std::optional(Mailbox{std::string(name), *std::move(address)}) : std::nullopt;
}

std::string without_controls(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (const auto point = core::first_code_point(text)) {
    const std::string_view character = text.substr(0, point->length);
    const bool kept = !core::has_control(character) || (keep_lines && character == "\n");
    out += kept ? character : " ";
    text.remove_prefix(point->length);
  }
  return out;
}

std::string quoted_printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  std::size_t line = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      line = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    const bool plain = is_plain(c) && c != '=' && !(c == ' ' && ends_line);
    const std::size_t needs = plain ? 1 : 3;
    if (line + needs > kLongestLine - 1) {
      out += "=\r\n";
      line = 0;
    }
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
    }
    line += needs;
  }
  return out;
}

std::string encoded_text(std::string_view text, std::size_t used) {
  if (is_short_ascii(text)) {
    return std::string(text);
  }
  std::string out;
  while (!text.empty()) {
    const std::string_view front = front_of_word(text, used);
    if (front.empty()) {
      break;  // no UTF-8: nothing more can be said
    }
    // The white space between two encoded words is no part of the text.
    out.append(out.empty() ? "" : "\r\n ").append(kWordBegins);
    out.append(base64(front)).append(kWordEnds);
    used = 1;  // the space that begins the next line
    text.remove_prefix(front.size());
  }
  return out;
}

std::string to_rfc5322(const MailMessage& message) {
  const std::string domain = message.from.address.substr(message.from.address.find('@') + 1);
  // `=_` stands in no text in quoted-printable, so no part can hold the boundary.
  const std::string boundary = "=_" + message.id;
  const std::string subject = without_controls(message.subject);
  std::string out = field("From", message.from) + field("To", message.to);
  if (message.reply_to) {
    out += field("Reply-To", *message.reply_to);
  }
  out += "Subject: " + encoded_text(trimmed(subject), 9) + "\r\n";
  out += "Date: " + date_text(message.date) + "\r\n";
  out += "Message-ID: <" + message.id + "@" + domain + ">\r\n";
  out += "Auto-Submitted: auto-generated\r\n";  // RFC 3834: nobody's vacation answers to this
  out += "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" + boundary +
         "\"\r\n\r\n";
  // RFC 2046 section 5.1.4: the plainest first.
  out += part(boundary, "text/plain", message.text) + part(boundary, "text/html", message.html);
  return out + "--" + boundary + "--\r\n";
}

}  // namespace vitrine::jobs

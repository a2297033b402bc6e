#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "service/core/instant.hpp"

// Internet messages (RFC 5322) as MIME (RFC 2045 to 2047) has them.
namespace vitrine::jobs {

struct Mailbox {
  std::string name;  // may be empty
  std::string address;
};

// `Ann <ann@example.com>`, or the address alone. Nothing for what is neither.
std::optional<Mailbox> read_mailbox(std::string_view text);

struct MailMessage {
  std::string id;  // goes into the Message-ID, and is the same however often the mail is tried
  Mailbox from;
  Mailbox to;
  std::optional<Mailbox> reply_to;
  std::string subject;
  std::string text;
  std::string html;
  core::Instant date;
};

// The whole message, lines ending in CRLF. One recipient, one text in two forms. Names and subjects
// may come from strangers: what is no visible character becomes a space, so that nothing in them
// can end a header field or begin one. Addresses must be valid and ASCII.
std::string to_rfc5322(const MailMessage& message);

// A text of valid UTF-8 in which control characters, separators of lines and marks that turn the
// direction of writing are spaces; `keep_lines` keeps the line feeds.
std::string without_controls(std::string_view text, bool keep_lines = false);

// RFC 2045 section 6.7: at most 76 characters a line, line feeds as CRLF.
std::string quoted_printable(std::string_view text);

// RFC 2047: an unstructured field, or the words of a name, after a field's name of `used`
// characters. Pure short ASCII stays as it is; all else becomes encoded words, folded.
std::string encoded_text(std::string_view text, std::size_t used);

}  // namespace vitrine::jobs

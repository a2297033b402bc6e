#include "service/jobs/mail_writer.hpp"

#include <utility>

#include "service/core/decision.hpp"
#include "service/email_address.hpp"

namespace vitrine::jobs {
namespace {

using core::MailKind;
using core::MailState;
using Letter = MailWriter::Letter;

// Why a recipient is not sent a link any more; nothing when it opens for them, now or later.
std::optional<std::string> obstacle_to_link(const Letter& letter) {
  if (!letter.facts || letter.link->revoked_at) {
    return "The link was revoked before the mail was sent.";
  }
  if (letter.link->replaced_by) {
    return "The link was rotated before the mail was sent: send the one that replaced it.";
  }
  switch (core::decide(letter.facts, {})) {
    case core::Verdict::link_revoked:
      return "The share was revoked before the mail was sent.";
    case core::Verdict::link_disabled:
      return "The link does not open: the share is switched off, or the workspace's policy closes "
             "it.";
    case core::Verdict::recording_gone:
      return "The recording was gone before the mail was sent.";
    case core::Verdict::link_expired:
      return "The link expired before the mail was sent.";
    case core::Verdict::link_used_up:
      return "The link was used up before the mail was sent.";
    default:
      return std::nullopt;
  }
}

std::optional<std::string> obstacle(const Letter& letter) {
  switch (letter.kind) {
    case MailKind::shared:
      return obstacle_to_link(letter);
    case MailKind::opened:
      return letter.correspondence.notify_on_open
                 ? std::nullopt
                 : std::optional<std::string>("The sender does not want to be told any more.");
    case MailKind::expiring:
      break;
  }
  if (letter.share_revoked || letter.has_expired) {
    return "The share had ended before the mail was sent.";
  }
  const bool wanted = letter.correspondence.remind_before && letter.expires;
  return wanted ? std::nullopt
                : std::optional<std::string>("There was nothing to be reminded of any more.");
}

// To whom: the link's recipient, or the sender. Nothing when that is no address.
std::optional<Mailbox> addressee(const Letter& letter) {
  const bool to_recipient = letter.kind == MailKind::shared;
  if (to_recipient && !letter.link->recipient) {
    return std::nullopt;
  }
  const auto& name = to_recipient ? letter.link->recipient->name : letter.sender.name;
  const auto given =
      to_recipient ? std::optional(letter.link->recipient->email) : letter.sender.email;
  auto address = deliverable_address(given.value_or(""));
  return address ? std::optional(Mailbox{name.value_or(""), *std::move(address)}) : std::nullopt;
}

std::string name_of(const std::optional<std::string>& name,
                    const std::optional<std::string>& email) {
  return name.value_or(email.value_or("Someone"));
}

MailValues values_of(const Letter& letter) {
  MailValues values;
  values["sender"] = name_of(letter.sender.name, letter.sender.email);
  values["title"] = letter.title.value_or("A recording");
  if (letter.link && letter.link->recipient) {
    const core::Recipient& recipient = *letter.link->recipient;
    values["recipient"] = recipient.name.value_or("");
    values["viewer"] = name_of(recipient.name, recipient.email);
  } else {
    values["viewer"] = "Someone";
  }
  values["when"] = letter.kind == MailKind::opened ? letter.occurred : letter.expires.value_or("");
  values["starts"] = letter.has_started ? "" : letter.starts;
  values["expires"] = letter.expires.value_or("");
  values["passcode"] = letter.has_passcode ? "yes" : "";
  return values;
}

}  // namespace

MailWriter::Outcome MailWriter::write(const core::MailId& id, const Letter& letter,
                                      core::Instant now) const {
  if (auto why = obstacle(letter)) {
    return {{}, MailState::cancelled, *std::move(why)};
  }
  const auto to = addressee(letter);
  if (!to) {
    return letter.kind == MailKind::shared
               ? Outcome{{}, MailState::cancelled, "The link has no recipient any more."}
               : Outcome{{}, MailState::refused, "The sender has no address that mail reaches."};
  }
  MailValues values = values_of(letter);
  if (letter.kind == MailKind::shared) {
    const auto url = urls_.url_of(*letter.link, letter.policy);
    if (!url) {
      return {{}, MailState::cancelled, "The key that signed the link is retired."};
    }
    values["link"] = *url;
  }
  return {message(id, letter, *to, values, now)};
}

MailMessage MailWriter::message(const core::MailId& id, const Letter& letter, const Mailbox& to,
                                const MailValues& values, core::Instant now) const {
  MailContent content = templates_.fill(letter.kind, values);
  MailMessage message{.id = id.text(),
                      .from = from_,
                      .to = to,
                      .reply_to = {},
                      .subject = std::move(content.subject),
                      .text = std::move(content.text),
                      .html = std::move(content.html),
                      .date = now};
  if (letter.kind == MailKind::shared) {
    if (auto address = deliverable_address(letter.sender.email.value_or(""))) {
      message.reply_to = Mailbox{letter.sender.name.value_or(""), *std::move(address)};
    }
  }
  return message;
}

}  // namespace vitrine::jobs

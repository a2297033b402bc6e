#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/core/decision.hpp"
#include "service/core/mail.hpp"
#include "service/core/share.hpp"
#include "service/store/mail_store.hpp"

// What a mail has to tell, as it is at the moment of sending.
namespace vitrine::store::mail_letter_store {

// An instant as people read it, in a zone: "26 November 2026, 18:05 (Europe/Berlin, UTC+01:00)".
struct Letter {
  core::MailKind kind;
  std::optional<std::string> title;
  core::Sender sender;  // or else the recording's owner
  // Of the link, where the mail is about one.
  std::optional<core::Link> link;
  std::optional<core::LinkFacts> facts;
  std::string occurred;                // when it was put down
  std::string starts;                  // of the window in force
  std::optional<std::string> expires;  // nothing: never
  bool has_started, has_expired;
  bool share_revoked, has_passcode;
  core::Correspondence correspondence;
  core::Policy policy;
};

// Nothing when the mail is gone.
std::optional<Letter> find(Transaction& transaction, const core::WorkspaceId& workspace,
                           const core::MailId& mail);

}  // namespace vitrine::store::mail_letter_store

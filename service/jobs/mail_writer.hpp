#pragma once

#include <optional>
#include <string>

#include "service/jobs/mail_message.hpp"
#include "service/jobs/mail_template.hpp"
#include "service/link_urls.hpp"
#include "service/store/mail_letter_store.hpp"

namespace vitrine::jobs {

// Writes what a mail has to say at the moment of sending. Immutable; safe to share between threads.
class MailWriter {
 public:
  MailWriter(const LinkUrls& urls, Mailbox from, const std::string& templates_folder)
      : urls_(urls), from_(std::move(from)), templates_(templates_folder) {}

  using Letter = store::mail_letter_store::Letter;

  struct Outcome {
    std::optional<MailMessage> message;
    // Why there is none: nothing is to be told any more, or there is nobody to tell it to.
    core::MailState state = core::MailState::cancelled;
    std::string reason = {};
  };
  Outcome write(const core::MailId& id, const Letter& letter, core::Instant now) const;

 private:
  MailMessage message(const core::MailId& id, const Letter& letter, const Mailbox& to,
                      const MailValues& values, core::Instant now) const;

  const LinkUrls& urls_;
  const Mailbox from_;
  const MailTemplates templates_;
};

}  // namespace vitrine::jobs

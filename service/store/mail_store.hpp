#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/mail.hpp"
#include "service/store/pool.hpp"

// Mails on their way. Rows say what is to be told to whom, and what became of it; the text is
// written when it is sent (mail_letter_store), so neither a token nor a title is kept.
namespace vitrine::store::mail_store {

// In the transaction in which a link is first opened: tells the sender, when the share says so and
// somebody has an address. `viewer_time_zone` is what the viewer's device says, and is used only
// when the sender named no zone.
void queue_opened(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& share, const core::LinkId& link,
                  const std::optional<std::string>& viewer_time_zone);

// Brings links to their recipients, one mail each. One that is on its way or has arrived is left
// alone, unless it is to be sent again: then what is tried again and again gives way to a new one,
// and only what nobody has tried yet is left. Only for a locked share, or a new one.
void queue_shared(Transaction& transaction, const core::WorkspaceId& workspace,
                  const core::ShareId& share, const std::vector<core::LinkId>& links, bool again);

// What became of the last mail of each of these links, in the order of the links.
struct OfLink {
  core::LinkId link;
  std::optional<core::MailStatus> email;
};
std::vector<OfLink> statuses(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::ShareId& share, const std::vector<core::LinkId>& links);

// The link is another recipient's from now on: what became of mails to the former one is no
// concern of theirs, and what waits is not sent.
void forget_shared(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::LinkId& link);

// -- for whoever sends

struct Leased {
  core::MailId id;
  core::WorkspaceId workspace;
  int attempts;  // this one included
};

// Takes at most so many mails that are due, and counts the attempt. Workspaces take turns: each is
// as likely to be next, whatever it has waiting, and its oldest mail is its first. Mails
// come due again by themselves when the lease ends, in case whoever took them dies.
std::vector<Leased> lease(Transaction& transaction, int limit, std::chrono::seconds lease);

// What became of a leased mail. `next` is when it is tried again, and is there exactly when it is
// deferred. Nothing happens when somebody else has taken it since, or it was cancelled.
void finish(Transaction& transaction, const Leased& mail, core::MailState state,
            const std::optional<std::string>& reason,
            const std::optional<std::chrono::milliseconds>& next = {});

// Gives back what was taken and not tried.
void give_back(Transaction& transaction, const Leased& mail);

// Removes at most so many mails that were done with longer ago. Gives how many went.
std::int64_t purge(Transaction& transaction, std::chrono::days age, int limit);

struct Backlog {
  std::int64_t due;  // counted up to 100,000
  std::chrono::milliseconds lag;
};
Backlog backlog(Transaction& transaction);

}  // namespace vitrine::store::mail_store

#pragma once

#include <optional>
#include <vector>

#include "service/core/idempotency.hpp"
#include "service/core/scope.hpp"
#include "service/core/share.hpp"
#include "service/store/mail_store.hpp"

namespace vitrine {

// Sends links to their recipients. Every call works within the principal's workspace. A mail is put
// down here and sent by a job. Blocking; thread-safe.
class Mails {
 public:
  Mails(store::Pool& pool, bool sends_mail) : pool_(pool), sends_mail_(sends_mail) {}

  struct Request {
    std::optional<std::vector<core::LinkId>> links = {};  // nothing: all that have a recipient
    bool again = false;  // also to those who have got it, or are about to
  };
  using OfLink = store::mail_store::OfLink;

  // What has become of the last mail of each link that was meant. Throws not_found,
  // email_not_configured, share_revoked, share_expired, conflict (the share is disabled, or a link
  // revoked or rotated), recipient_required, validation_failed (a link is not the share's) and what
  // make_once throws.
  std::vector<OfLink> send(const core::Principal& principal, const core::ShareId& share,
                           const Request& request, const std::optional<core::IdempotencyKey>& key);

  // The same for one link; not_found when it is not the share's.
  OfLink send_link(const core::Principal& principal, const core::ShareId& share,
                   const core::LinkId& link, bool again,
                   const std::optional<core::IdempotencyKey>& key);

 private:
  using Choose = std::vector<core::LinkId> (*)(const core::Share& share, const Request& request);
  std::vector<OfLink> send(const core::Principal& principal, const core::ShareId& share,
                           const Request& request, const std::optional<core::IdempotencyKey>& key,
                           std::string_view operation, Choose choose);

  store::Pool& pool_;
  const bool sends_mail_;
};

}  // namespace vitrine

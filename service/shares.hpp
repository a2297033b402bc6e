#pragma once

#include <optional>

#include "service/core/idempotency.hpp"
#include "service/core/page.hpp"
#include "service/core/scope.hpp"
#include "service/core/share_bulk.hpp"
#include "service/core/share_change.hpp"
#include "service/core/share_filter.hpp"
#include "service/link_urls.hpp"

namespace vitrine {

class Passcodes;
struct ShareTools;
namespace store {
class Pool;
}

// What can be done with shares. Every call works within the principal's workspace; another
// workspace's share does not exist for it. When a call that closes a share has returned, every
// resolve that starts later sees it. Blocking; thread-safe. Throws not_found, unavailable, timeout,
// outcome_unknown and what a function names.
class Shares {
 public:
  // Mails are promised only where there is a mail server to send them.
  Shares(store::Pool& pool, const LinkUrls& urls, Passcodes& passcodes, bool sends_mail = false)
      : pool_(pool), urls_(urls), passcodes_(passcodes), sends_mail_(sends_mail) {}

  // Makes a share with a link for each recipient, or one for anybody. Throws what add_share throws,
  // and what make_once throws.
  core::Share create(const core::Principal& principal, const core::ShareDraft& draft,
                     const std::optional<core::IdempotencyKey>& key = {});

  // What `create` would make, or what it would throw. Writes nothing.
  core::SharePreview preview(const core::Principal& principal, const core::ShareDraft& draft);
  core::Share get(const core::Principal& principal, const core::ShareId& id);
  core::Page<core::Share> list(const core::Principal& principal, const core::PageRequest& page,
                               const core::ShareFilter& filter);
  core::ShareTotal count(const core::Principal& principal, const core::ShareFilter& filter);

  // Makes, in one transaction, a share of each draft that can be made; the others keep what is
  // wrong with them, in their places, and harm none. Throws https_required and what make_once
  // throws.
  core::Outcomes<core::Share> create_many(const core::Principal& principal,
                                          const core::Outcomes<core::ShareDraft>& drafts,
                                          const std::optional<core::IdempotencyKey>& key);
  // What create_many would make of each. Writes nothing.
  core::Outcomes<core::SharePreview> preview_many(const core::Principal& principal,
                                                  const core::Outcomes<core::ShareDraft>& drafts);

  // Revokes the oldest shares that fit the filter, at most kMaxBulk of them, all or none. Throws
  // conflict (member "matched") when others than the expected number fit.
  core::RevocationReport revoke_many(const core::Principal& principal,
                                     const core::BulkRevocation& revocation);

  // Throws share_revoked, share_expired, etag_mismatch, email_not_configured, validation_failed
  // (what patched() finds).
  core::Share update(const core::Principal& principal, const core::ShareId& id,
                     const core::SharePatch& patch);

  // What `update` would make of the share, or what it would throw. Writes nothing.
  core::SharePreview preview(const core::Principal& principal, const core::ShareId& id,
                             const core::SharePatch& patch);

  // Sets, never flips: repeating is harmless and changes nothing. Throws etag_mismatch;
  // enable and disable throw share_revoked.
  core::Share enable(const core::Principal& principal, const core::ShareId& id,
                     std::optional<std::int64_t> expected_version);
  core::Share disable(const core::Principal& principal, const core::ShareId& id,
                      std::optional<std::int64_t> expected_version);
  core::Share revoke(const core::Principal& principal, const core::ShareId& id,
                     std::optional<std::int64_t> expected_version);

  // Whoever waited for another try of a passcode may try at once. Changes nothing of the share.
  // Throws share_revoked, etag_mismatch.
  core::Share reset_passcode_attempts(const core::Principal& principal, const core::ShareId& id,
                                      std::optional<std::int64_t> expected_version);

 private:
  ShareTools tools() const;

  store::Pool& pool_;
  const LinkUrls& urls_;
  Passcodes& passcodes_;
  const bool sends_mail_;
};

}  // namespace vitrine

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/core/idempotency.hpp"
#include "service/core/link_change.hpp"
#include "service/core/page.hpp"
#include "service/core/scope.hpp"
#include "service/link_urls.hpp"
#include "service/store/link_store.hpp"

namespace vitrine {

// The links of a new share: one for each recipient, in their order, or else one for anybody.
std::vector<store::link_store::NewLink> new_links(const std::vector<core::Recipient>& recipients);

// What can be done with the links of a share. Every call works within the principal's workspace;
// another workspace's share or link does not exist for it. When a call that ends a link has
// returned, every resolve that starts later sees it, and all other links live on. A share's own
// version does not change with its links. Blocking; thread-safe. Throws not_found, unavailable,
// timeout, outcome_unknown and what a function names.
class Links {
 public:
  Links(store::Pool& pool, const LinkUrls& urls) : pool_(pool), urls_(urls) {}

  struct Shown {
    core::Link link;
    std::optional<std::string> url;  // nothing when the link is dead
    bool tracked = false;            // its opens are counted
  };

  core::Page<Shown> list(const core::Principal& principal, const core::ShareId& share,
                         const core::PageRequest& page);  // oldest first
  Shown get(const core::Principal& principal, const core::ShareId& share, const core::LinkId& link);

  // For a recipient, or for anybody. Throws https_required, share_revoked, recipient_required,
  // recipient_exists, conflict (the share has kMaxLinks) and what make_once throws.
  Shown create(const core::Principal& principal, const core::ShareId& share,
               const std::optional<core::Recipient>& recipient,
               const std::optional<core::IdempotencyKey>& key);

  // Throws share_revoked, conflict (the link is revoked or replaced), etag_mismatch,
  // recipient_required, recipient_exists, validation_failed (an address is missing).
  Shown update(const core::Principal& principal, const core::ShareId& share,
               const core::LinkId& link, const core::LinkPatch& patch);

  // With the links that it has replaced, should they be in their time of grace still. Repeating it
  // is harmless. Throws etag_mismatch.
  void revoke(const core::Principal& principal, const core::ShareId& share,
              const core::LinkId& link, std::optional<std::int64_t> expected_version);

  // Gives the link that takes the place of this one: a new URL, the same recipient, its comments,
  // no views yet. Throws https_required, share_revoked, conflict (the link is revoked or replaced
  // already), etag_mismatch, recipient_required and what make_once throws.
  Shown rotate(const core::Principal& principal, const core::ShareId& share,
               const core::LinkId& link, const core::Rotation& rotation,
               const std::optional<core::IdempotencyKey>& key);

 private:
  store::Pool& pool_;
  const LinkUrls& urls_;
};

}  // namespace vitrine

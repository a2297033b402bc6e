#include "service/links.hpp"

#include <algorithm>

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/idempotency.hpp"
#include "service/share_effects.hpp"
#include "service/share_refusals.hpp"
#include "service/store/mail_store.hpp"
#include "service/store/policy_store.hpp"

namespace vitrine {
namespace {

using core::ErrorCode;
using core::EventType;
using store::Transaction;
namespace link_store = store::link_store;
namespace policy_store = store::policy_store;

core::Error no_link() { return {ErrorCode::not_found, "The share has no link of this id."}; }

// Waits for whoever changes the share's links now, and keeps the next one waiting.
void require_changeable(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::ShareId& share) {
  const auto setting = link_store::lock_share(transaction, workspace, share);
  if (!setting) {
    throw no_share();
  }
  if (setting->share_revoked) {
    throw share_is_revoked();
  }
}

void require_version(const core::Link& link, std::optional<std::int64_t> expected) {
  if (expected && *expected != link.version) {
    throw core::Error(ErrorCode::etag_mismatch,
                      "The link was changed since you read it: read it again, then repeat.");
  }
}

// RFC 9110 section 13.2.1: a precondition counts only where the answer would else be a success.
core::Link current(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const core::LinkId& id,
                   std::optional<std::int64_t> expected_version) {
  auto link = link_store::lock(transaction, workspace, share, id);
  if (!link) {
    throw no_link();
  }
  if (link->revoked_at) {
    throw core::Error(ErrorCode::conflict, "The link is revoked, which is final: add a new one.");
  }
  if (link->replaced_by) {
    throw core::Error(ErrorCode::conflict,
                      "The link was rotated: change the one that replaced it, " +
                          link->replaced_by->text() + ".");
  }
  require_version(*link, expected_version);
  return *std::move(link);
}

void require_recipient(const core::Policy& policy,
                       const std::optional<core::Recipient>& recipient) {
  if (policy.require_recipient && !recipient) {
    throw core::Error(ErrorCode::recipient_required,
                      "The workspace's policy asks that every link has a recipient: name one.");
  }
}

[[noreturn]] void refuse_second(const core::LinkId& first) {
  throw core::Error(ErrorCode::recipient_exists, "The recipient has a link of this share already.")
      .with("link_id", first.text());
}

std::optional<core::Recipient> patched(const std::optional<core::Recipient>& old,
                                       const std::optional<core::RecipientPatch>& patch) {
  if (!patch) {
    return std::nullopt;
  }
  if (!patch->email && !old) {
    throw core::Error({{"/recipient/email", "required", "Is required: the link is anonymous."}});
  }
  const auto name = patch->name.value_or(old ? old->name : std::nullopt);
  return patch->email ? core::Recipient{name, *patch->email, patch->key}
                      : core::Recipient{name, old->email, old->key};
}

core::LinkId link_named(const std::string& text) { return core::LinkId::parse(text).value(); }

Links::Shown shown(const link_store::Setting& setting, core::Link link, const LinkUrls& urls,
                   const core::Policy& policy) {
  const bool alive = !setting.share_revoked && core::is_alive(link, setting.now);
  auto url = alive ? urls.url_of(link, policy) : std::nullopt;
  const bool tracked = std::min(setting.tracking, policy.tracking_max) != core::Tracking::none;
  return {std::move(link), std::move(url), tracked};
}

Links::Shown found(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const core::LinkId& id, const LinkUrls& urls) {
  auto found = link_store::find(transaction, workspace, share, id);
  if (!found) {
    throw no_share();
  }
  if (found->links.empty()) {
    throw no_link();
  }
  return shown(found->setting, std::move(found->links.front()), urls,
               policy_store::find(transaction, workspace).policy);
}

}  // namespace

std::vector<link_store::NewLink> new_links(const std::vector<core::Recipient>& recipients) {
  std::vector<core::LinkId> ids;
  std::generate_n(std::back_inserter(ids), std::max<std::size_t>(recipients.size(), 1),
                  new_id<core::LinkId>);
  std::ranges::sort(ids);  // the order of the ids is the order of lists
  std::vector<link_store::NewLink> links;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    links.push_back({ids[i], recipients.empty() ? std::nullopt : std::optional(recipients[i])});
  }
  return links;
}

core::Page<Links::Shown> Links::list(const core::Principal& principal, const core::ShareId& share,
                                     const core::PageRequest& page) {
  core::Policy policy;
  auto found = store::single_read(pool_, [&](Transaction& transaction) {
    policy = policy_store::find(transaction, principal.workspace).policy;
    return link_store::page(transaction, principal.workspace, share, page);
  });
  if (!found) {
    throw no_share();
  }
  core::Page<Shown> answer;
  for (core::Link& link : found->links) {
    if (answer.items.size() == static_cast<std::size_t>(page.size)) {
      answer.next = answer.items.back().link.id.uuid();
      break;
    }
    answer.items.push_back(shown(found->setting, std::move(link), urls_, policy));
  }
  return answer;
}

Links::Shown Links::get(const core::Principal& principal, const core::ShareId& share,
                        const core::LinkId& link) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return found(transaction, principal.workspace, share, link, urls_);
  });
}

Links::Shown Links::create(const core::Principal& principal, const core::ShareId& share,
                           const std::optional<core::Recipient>& recipient,
                           const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto id = new_id<core::LinkId>();
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto find = [&](const std::string& name) {
      return found(transaction, workspace, share, link_named(name), urls_);
    };
    const auto make = [&] {
      require_changeable(transaction, workspace, share);
      const core::Policy policy = policy_store::find(transaction, workspace).policy;
      urls_.require_https(policy);
      require_recipient(policy, recipient);
      if (!link_store::insert(transaction, workspace, share, urls_.active_kid(), {id, recipient},
                              core::kMaxLinks)) {
        const auto first =
            recipient ? link_store::find_recipient(transaction, workspace, share, recipient->key)
                      : std::nullopt;
        if (first) {
          refuse_second(*first);
        }
        throw core::Error(ErrorCode::conflict,
                          "The share has 1,000 links, which is the most: revoke some first.");
      }
      share_effects::link_told(transaction, workspace, share, id, EventType::link_created);
      return find(id.text());
    };
    const auto name = [](const Shown& made) { return made.link.id.text(); };
    return make_once(transaction, principal, "createLink", key, make, name, find);
  });
}

Links::Shown Links::update(const core::Principal& principal, const core::ShareId& share,
                           const core::LinkId& id, const core::LinkPatch& patch) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    require_changeable(transaction, workspace, share);
    const core::Link link = current(transaction, workspace, share, id, patch.expected_version);
    const auto recipient =
        patch.recipient ? patched(link.recipient, *patch.recipient) : link.recipient;
    if (recipient == link.recipient) {
      return found(transaction, workspace, share, id, urls_);
    }
    require_recipient(policy_store::find(transaction, workspace).policy, recipient);
    if (!link_store::set_recipient(transaction, workspace, share, id, recipient)) {
      refuse_second(
          link_store::find_recipient(transaction, workspace, share, recipient.value().key).value());
    }
    const bool is_another = !recipient || !link.recipient || recipient->key != link.recipient->key;
    if (is_another) {
      store::mail_store::forget_shared(transaction, workspace, id);
    }
    share_effects::link_told(transaction, workspace, share, id, EventType::link_updated);
    return found(transaction, workspace, share, id, urls_);
  });
}

void Links::revoke(const core::Principal& principal, const core::ShareId& share,
                   const core::LinkId& id, std::optional<std::int64_t> expected_version) {
  const core::WorkspaceId& workspace = principal.workspace;
  store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto revoked = link_store::revoke(transaction, workspace, share, id, expected_version);
    if (revoked.empty()) {
      require_version(found(transaction, workspace, share, id, urls_).link, expected_version);
    }
    share_effects::links_revoked(transaction, workspace, share, revoked);
  });
}

Links::Shown Links::rotate(const core::Principal& principal, const core::ShareId& share,
                           const core::LinkId& id, const core::Rotation& rotation,
                           const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto successor = new_id<core::LinkId>();
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto find = [&](const std::string& name) {
      return found(transaction, workspace, share, link_named(name), urls_);
    };
    const auto make = [&] {
      require_changeable(transaction, workspace, share);
      const core::Policy policy = policy_store::find(transaction, workspace).policy;
      const core::Link link = current(transaction, workspace, share, id, rotation.expected_version);
      urls_.require_https(policy);
      require_recipient(policy, link.recipient);
      link_store::rotate(transaction, workspace, share, id, successor, urls_.active_kid(),
                         rotation.grace);
      share_effects::rotated(transaction, workspace, share, id, successor);
      return find(successor.text());
    };
    const auto name = [](const Shown& made) { return made.link.id.text(); };
    return make_once(transaction, principal, "rotateLink", key, make, name, find);
  });
}

}  // namespace vitrine

#include "service/mails.hpp"

#include <algorithm>
#include <string>

#include "service/core/error.hpp"
#include "service/core/share_change.hpp"
#include "service/idempotency.hpp"
#include "service/share_mails.hpp"
#include "service/share_refusals.hpp"
#include "service/store/share_store.hpp"

namespace vitrine {
namespace {

using core::ErrorCode;
using store::Transaction;
namespace mail_store = store::mail_store;
using Ids = std::vector<core::LinkId>;

void require_sendable(const core::Share& share) {
  if (share.revoked_at) {
    throw share_is_revoked();
  }
  if (core::is_expired(share)) {
    throw core::Error(ErrorCode::share_expired,
                      "The share has expired: choose a later end before you send its links.");
  }
  if (share.disabled_at) {
    throw core::Error(ErrorCode::conflict,
                      "The share is switched off: enable it before you send its links.");
  }
}

bool is_current(const core::Link& link) { return !link.revoked_at && !link.replaced_by; }

const core::Link* find(const core::Share& share, const core::LinkId& id) {
  const auto found = std::ranges::find(share.links, id, &core::Link::id);
  return found == share.links.end() ? nullptr : &*found;
}

void require_addressed(const core::Link& link) {
  if (!is_current(link)) {
    throw core::Error(ErrorCode::conflict,
                      "A link was revoked or rotated, and is sent no more: send the one in use.");
  }
  if (!link.recipient) {
    throw core::Error(ErrorCode::recipient_required,
                      "A link has no recipient: give it one, or pass it on yourself.");
  }
}

Ids named(const core::Share& share, const Ids& ids) {
  std::vector<core::Violation> faults;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (find(share, ids[i]) == nullptr) {
      faults.push_back(
          {"/link_ids/" + std::to_string(i), "not_found", "Must be a link of this share."});
    }
  }
  if (!faults.empty()) {
    throw core::Error(std::move(faults));
  }
  for (const core::LinkId& id : ids) {
    require_addressed(*find(share, id));
  }
  return ids;
}

Ids chosen(const core::Share& share, const Mails::Request& request) {
  if (request.links) {
    return named(share, *request.links);
  }
  Ids ids;
  for (const core::Link& link : share.links) {
    if (link.recipient && is_current(link)) {
      ids.push_back(link.id);
    }
  }
  if (ids.empty()) {
    throw core::Error(ErrorCode::recipient_required,
                      "No link of the share has a recipient: add one, or pass the link on "
                      "yourself.");
  }
  return ids;
}

Ids the_one(const core::Share& share, const Mails::Request& request) {
  const core::Link* link = find(share, request.links.value().front());
  if (link == nullptr) {
    throw core::Error(ErrorCode::not_found, "The share has no link of this id.");
  }
  require_addressed(*link);
  return {link->id};
}

// What a repeated request is answered from.
std::string note_of(const std::vector<mail_store::OfLink>& sent) {
  std::string note;
  for (const auto& each : sent) {
    note.append(note.empty() ? "" : ",").append(each.link.text());
  }
  return note;
}

Ids noted(std::string_view note) {
  Ids ids;
  while (!note.empty()) {
    const std::size_t comma = std::min(note.find(','), note.size());
    ids.push_back(core::LinkId::parse(note.substr(0, comma)).value());
    note.remove_prefix(std::min(comma + 1, note.size()));
  }
  return ids;
}

}  // namespace

std::vector<Mails::OfLink> Mails::send(const core::Principal& principal, const core::ShareId& share,
                                       const Request& request,
                                       const std::optional<core::IdempotencyKey>& key) {
  return send(principal, share, request, key, "sendShare", chosen);
}

Mails::OfLink Mails::send_link(const core::Principal& principal, const core::ShareId& share,
                               const core::LinkId& link, bool again,
                               const std::optional<core::IdempotencyKey>& key) {
  const Request request{.links = Ids{link}, .again = again};
  return send(principal, share, request, key, "sendLink", the_one).front();
}

std::vector<Mails::OfLink> Mails::send(const core::Principal& principal, const core::ShareId& share,
                                       const Request& request,
                                       const std::optional<core::IdempotencyKey>& key,
                                       std::string_view operation, Choose choose) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto make = [&] {
      const auto found = store::share_store::lock(transaction, workspace, share);
      if (!found) {
        throw no_share();
      }
      require_sendable(*found);
      const Ids ids = choose(*found, request);
      if (!sends_mail_) {
        throw share_mails::not_configured();
      }
      mail_store::queue_shared(transaction, workspace, share, ids, request.again);
      return mail_store::statuses(transaction, workspace, share, ids);
    };
    const auto find_again = [&](const std::string& note) {
      return mail_store::statuses(transaction, workspace, share, noted(note));
    };
    return make_once(transaction, principal, operation, key, make, note_of, find_again);
  });
}

}  // namespace vitrine

#include "service/share_effects.hpp"

#include "service/new_share.hpp"
#include "service/store/due_store.hpp"
#include "service/store/event_store.hpp"
#include "service/store/link_store.hpp"
#include "service/store/sweep_store.hpp"

namespace vitrine::share_effects {
namespace {

using core::EventType;
using store::Transaction;
namespace due_store = store::due_store;
namespace event_store = store::event_store;

core::NewEvent of_share(EventType type, const core::ShareId& share) {
  return {type, {.share = share}};
}

core::NewEvent of_link(EventType type, const core::ShareId& share, const core::LinkId& link) {
  return {type, {.share = share, .link = link}};
}

}  // namespace

NewLinks links_of(const NewShare& share) {
  NewLinks made{share.id, {}};
  for (const auto& link : share.links) {
    made.links.push_back(link.id);
  }
  return made;
}

void created(Transaction& transaction, const core::WorkspaceId& workspace,
             const std::vector<NewLinks>& shares) {
  std::vector<core::NewEvent> events;
  for (const auto& [share, links] : shares) {
    events.push_back(of_share(EventType::share_created, share));
    for (const core::LinkId& link : links) {
      events.push_back(of_link(EventType::link_created, share, link));
    }
    due_store::plan_new(transaction, workspace, share);
  }
  event_store::append(transaction, workspace, events);
}

void updates(Transaction& transaction, const core::WorkspaceId& workspace,
             const core::ShareId& share) {
  store::sweep_store::catch_up(transaction, workspace, share);
}

void updated(Transaction& transaction, const core::WorkspaceId& workspace,
             const core::ShareId& share) {
  event_store::append(transaction, workspace, {of_share(EventType::share_updated, share)});
  due_store::plan_shares(transaction, workspace, {share});
}

void revoked(Transaction& transaction, const core::WorkspaceId& workspace,
             const std::vector<core::ShareId>& shares) {
  std::vector<core::NewEvent> events;
  for (const core::ShareId& share : shares) {
    events.push_back(of_share(EventType::share_revoked, share));
  }
  for (const auto& [share, link] : store::link_store::revoke_all(transaction, workspace, shares)) {
    events.push_back(of_link(EventType::link_revoked, share, link));
  }
  event_store::append(transaction, workspace, events);
  due_store::plan_shares(transaction, workspace, shares);
}

void told(Transaction& transaction, const core::WorkspaceId& workspace, const core::ShareId& share,
          EventType type) {
  event_store::append(transaction, workspace, {of_share(type, share)});
}

void link_told(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::ShareId& share, const core::LinkId& link, EventType type) {
  event_store::append(transaction, workspace, {of_link(type, share, link)});
}

void links_revoked(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareId& share, const std::vector<core::LinkId>& links) {
  std::vector<core::NewEvent> events;
  for (const core::LinkId& link : links) {
    events.push_back(of_link(EventType::link_revoked, share, link));
  }
  event_store::append(transaction, workspace, events);
}

void rotated(Transaction& transaction, const core::WorkspaceId& workspace,
             const core::ShareId& share, const core::LinkId& link, const core::LinkId& successor) {
  event_store::append(transaction, workspace,
                      {of_link(EventType::link_rotated, share, link),
                       of_link(EventType::link_created, share, successor)});
  due_store::plan_link(transaction, workspace, link);
}

}  // namespace vitrine::share_effects

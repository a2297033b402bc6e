#include "service/new_share.hpp"

#include <stdexcept>
#include <utility>

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/links.hpp"
#include "service/passcodes.hpp"
#include "service/share_effects.hpp"
#include "service/share_mails.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/recording_store.hpp"
#include "service/store/share_store.hpp"

namespace vitrine {
namespace {

using store::Transaction;
namespace recording_store = store::recording_store;
namespace share_store = store::share_store;

// What a draft comes to here and now.
struct Outcome {
  core::Uuid recording_uid;
  core::ShareContent content;
  core::Policy policy;
};

Outcome outcome_of(Transaction& transaction, const core::WorkspaceId& workspace,
                   const core::ShareDraft& draft, const ShareTools& tools) {
  const auto recording = recording_store::locate(transaction, workspace, draft.recording_id);
  if (!recording) {
    throw unknown_recording();
  }
  core::Policy policy = store::policy_store::find(transaction, workspace).policy;
  tools.urls.require_https(policy);
  auto content = core::settled(draft, {policy, recording->facts, recording->now});
  share_mails::require_possible(transaction, tools.sends_mail, content.correspondence,
                                draft.send_email);
  return {recording->uid, std::move(content), std::move(policy)};
}

}  // namespace

core::Error unknown_recording() {
  return core::Error(
      {{"/recording_id", "not_found", "There is no recording of this id: register it first."}});
}

NewShare new_share(core::ShareDraft draft, Passcodes& passcodes) {
  auto links = new_links(draft.recipients);
  auto hash = draft.passcode ? std::optional(passcodes.hash(*draft.passcode)) : std::nullopt;
  return {std::move(draft), new_id<core::ShareId>(), std::move(links), std::move(hash)};
}

core::Share add_share(Transaction& transaction, const core::Principal& principal,
                      const NewShare& share, const ShareTools& tools) {
  const core::WorkspaceId& workspace = principal.workspace;
  const Outcome outcome = outcome_of(transaction, workspace, share.draft, tools);
  share_store::insert(
      transaction, workspace,
      {share.id, outcome.recording_uid, outcome.content, share.passcode_hash, principal.key});
  store::link_store::insert_many(transaction, workspace, share.id, tools.urls.active_kid(),
                                 share.links);
  share_effects::created(transaction, workspace, {share_effects::links_of(share)});
  share_mails::created(transaction, workspace, share);
  auto made = share_store::find(transaction, workspace, share.id);
  if (!made) {
    throw std::logic_error("a share that was just made is not there");
  }
  return *std::move(made);
}

core::SharePreview preview_share(Transaction& transaction, const core::Principal& principal,
                                 const core::ShareDraft& draft, const ShareTools& tools) {
  Outcome outcome = outcome_of(transaction, principal.workspace, draft, tools);
  const core::Terms in_force = core::clamp(outcome.content.granted, outcome.policy);
  return {draft.recording_id, std::move(outcome.content), in_force, draft.passcode.has_value()};
}

}  // namespace vitrine

#include "service/shares.hpp"

#include <utility>

#include "service/core/error.hpp"
#include "service/idempotency.hpp"
#include "service/new_share.hpp"
#include "service/passcodes.hpp"
#include "service/share_effects.hpp"
#include "service/share_mails.hpp"
#include "service/share_refusals.hpp"
#include "service/store/passcode_attempt_store.hpp"
#include "service/store/share_store.hpp"

namespace vitrine {
namespace {

using store::Transaction;
namespace share_store = store::share_store;

core::Share found(std::optional<core::Share> share) {
  if (!share) {
    throw no_share();
  }
  return std::move(*share);
}

// RFC 9110 section 13.2.1: a precondition counts only where the answer would else be a success, so
// that a share is revoked is said before that its version is another.
void require_changeable(const core::Share& share) {
  if (share.revoked_at) {
    throw share_is_revoked();
  }
}

void require_version(const core::Share& share, std::optional<std::int64_t> expected) {
  if (expected && *expected != share.version) {
    throw core::Error(core::ErrorCode::etag_mismatch,
                      "The share was changed since you read it: read it again, then repeat.");
  }
}

// The row is locked, so the version cannot have moved since it was read.
void require_made(bool made) {
  if (!made) {
    throw std::logic_error("a locked share changed");
  }
}

// With a policy of `expired_is_final`, nothing brings back what has expired.
void require_movable(const core::Share& share, const core::SharePatch& patch) {
  const bool moves = patch.window.starts_at || patch.window.end;
  if (moves && share.policy.expired_is_final && core::is_expired(share)) {
    throw core::Error(core::ErrorCode::share_expired,
                      "The share has expired, which the workspace's policy makes final "
                      "(expired_is_final): make a new one.");
  }
}

// What the patch makes of the share, once everything allows it.
core::ShareContent changed(Transaction& transaction, const core::WorkspaceId& workspace,
                           const core::Share& share, const core::SharePatch& patch,
                           bool sends_mail) {
  require_changeable(share);
  require_movable(share, patch);
  require_version(share, patch.expected_version);
  auto content =
      core::patched(share, patch, share_store::recording_facts(transaction, workspace, share.id));
  if (content.correspondence != share.correspondence) {
    share_mails::require_possible(transaction, sends_mail, content.correspondence);
  }
  return content;
}

core::Share set_disabled(store::Pool& pool, const core::WorkspaceId& workspace,
                         const core::ShareId& id, std::optional<std::int64_t> expected_version,
                         bool disabled) {
  return store::in_transaction(pool, [&](Transaction& transaction) {
    core::Share share = found(share_store::lock(transaction, workspace, id));
    require_changeable(share);
    require_version(share, expected_version);
    if (share.disabled_at.has_value() == disabled) {
      return share;
    }
    require_made(share_store::set_disabled(transaction, workspace, id, share.version, disabled));
    share_effects::told(
        transaction, workspace, id,
        disabled ? core::EventType::share_disabled : core::EventType::share_enabled);
    return found(share_store::find(transaction, workspace, id));
  });
}

}  // namespace

ShareTools Shares::tools() const { return {urls_, sends_mail_}; }

core::Share Shares::create(const core::Principal& principal, const core::ShareDraft& draft,
                           const std::optional<core::IdempotencyKey>& key) {
  const NewShare share = new_share(draft, passcodes_);
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    return make_once(
        transaction, principal, "createShare", key,
        [&] { return add_share(transaction, principal, share, tools()); },
        [](const core::Share& made) { return made.id.text(); },
        [&](const std::string& id) {
          return found(share_store::find(transaction, principal.workspace,
                                         core::ShareId::parse(id).value()));
        });
  });
}

core::SharePreview Shares::preview(const core::Principal& principal,
                                   const core::ShareDraft& draft) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return preview_share(transaction, principal, draft, tools());
  });
}

core::Share Shares::get(const core::Principal& principal, const core::ShareId& id) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return found(share_store::find(transaction, principal.workspace, id));
  });
}

core::Share Shares::update(const core::Principal& principal, const core::ShareId& id,
                           const core::SharePatch& patch) {
  const core::WorkspaceId& workspace = principal.workspace;
  share_store::PasscodeChange passcode;
  if (patch.passcode) {
    passcode = *patch.passcode ? std::optional(passcodes_.hash(**patch.passcode)) : std::nullopt;
  }
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    core::Share share = found(share_store::lock(transaction, workspace, id));
    const core::ShareContent content = changed(transaction, workspace, share, patch, sends_mail_);
    if (content == core::content_of(share) && !passcode) {
      return share;
    }
    share_effects::updates(transaction, workspace, id);
    require_made(share_store::update(transaction, workspace, id, share.version, content, passcode));
    share_effects::updated(transaction, workspace, id);
    if (passcode) {
      store::passcode_attempt_store::clear_all(transaction, workspace, id);
    }
    return found(share_store::find(transaction, workspace, id));
  });
}

core::SharePreview Shares::preview(const core::Principal& principal, const core::ShareId& id,
                                   const core::SharePatch& patch) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::single_read(pool_, [&](Transaction& transaction) {
    const core::Share share = found(share_store::find(transaction, workspace, id));
    core::ShareContent content = changed(transaction, workspace, share, patch, sends_mail_);
    const core::Terms in_force = core::clamp(content.granted, share.policy);
    const bool has_passcode = patch.passcode ? patch.passcode->has_value() : share.has_passcode;
    return core::SharePreview{share.recording_id, std::move(content), in_force, has_passcode};
  });
}

core::Share Shares::enable(const core::Principal& principal, const core::ShareId& id,
                           std::optional<std::int64_t> expected_version) {
  return set_disabled(pool_, principal.workspace, id, expected_version, false);
}

core::Share Shares::disable(const core::Principal& principal, const core::ShareId& id,
                            std::optional<std::int64_t> expected_version) {
  return set_disabled(pool_, principal.workspace, id, expected_version, true);
}

core::Share Shares::revoke(const core::Principal& principal, const core::ShareId& id,
                           std::optional<std::int64_t> expected_version) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    core::Share share = found(share_store::lock(transaction, workspace, id));
    require_version(share, expected_version);
    if (share.revoked_at) {
      return share;
    }
    require_made(share_store::revoke(transaction, workspace, id, share.version));
    share_effects::revoked(transaction, workspace, {id});
    return found(share_store::find(transaction, workspace, id));
  });
}

core::Share Shares::reset_passcode_attempts(const core::Principal& principal,
                                            const core::ShareId& id,
                                            std::optional<std::int64_t> expected_version) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    core::Share share = found(share_store::lock(transaction, workspace, id));
    require_changeable(share);
    require_version(share, expected_version);
    store::passcode_attempt_store::clear_all(transaction, workspace, id);
    return share;
  });
}

}  // namespace vitrine

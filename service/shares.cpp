#include "service/shares.hpp"

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/links.hpp"
#include "service/store/link_store.hpp"
#include "service/store/passcode_attempt_store.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/recording_store.hpp"
#include "service/store/share_store.hpp"

namespace vitrine {
namespace {

using store::Transaction;
namespace link_store = store::link_store;
namespace recording_store = store::recording_store;
namespace share_store = store::share_store;

core::Share found(std::optional<core::Share> share) {
  if (!share) {
    throw core::Error(core::ErrorCode::not_found, "There is no share of this id.");
  }
  return std::move(*share);
}

// RFC 9110 section 13.2.1: a precondition counts only where the answer would else be a success, so
// that a share is revoked is said before that its version is another.
void require_changeable(const core::Share& share) {
  if (share.revoked_at) {
    throw core::Error(core::ErrorCode::share_revoked,
                      "The share is revoked, which is final: make a new one.");
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

core::Visibility with_flags(core::Visibility visibility,
                            const std::vector<std::pair<core::Flag, bool>>& flags) {
  for (const auto& [flag, on] : flags) {
    visibility.set(flag, on);
  }
  return visibility;
}

share_store::Content content_of(const core::Share& share) {
  return {share.title,   share.label,     share.metadata, share.requested,
          share.granted, share.max_views, share.clip};
}

share_store::Content patched(const core::Share& share, const core::SharePatch& patch) {
  share_store::Content content = content_of(share);
  content.title = patch.title.value_or(content.title);
  content.label = patch.label.value_or(content.label);
  content.metadata = patch.metadata.value_or(content.metadata);
  content.requested.visibility = with_flags(content.requested.visibility, patch.visibility);
  content.granted.visibility = with_flags(content.granted.visibility, patch.visibility);
  if (patch.window.starts_at || patch.window.end) {
    content.requested.window = core::settle_window(patch.window, share.requested.window,
                                                   share.policy.default_ttl, share.now);
    content.granted.window = content.requested.window;
  }
  content.granted = core::clamp(content.granted, share.policy);
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
    return found(share_store::find(transaction, workspace, id));
  });
}

}  // namespace

core::Share Shares::create(const core::Principal& principal, const core::ShareDraft& draft) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto id = new_id<core::ShareId>();
  const auto links = new_links(draft.recipients);
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto recording = recording_store::locate(transaction, workspace, draft.recording_id);
    if (!recording) {
      throw core::Error(
          {{"/recording_id", "not_found", "There is no recording of this id: register it first."}});
    }
    const core::Policy policy = store::policy_store::find(transaction, workspace).policy;
    urls_.require_https(policy);
    const core::Terms requested{
        draft.audience.value_or(core::Audience::anyone),
        with_flags(policy.default_visibility, draft.visibility),
        core::settle_window(draft.window, std::nullopt, policy.default_ttl, recording->now),
        draft.tracking.value_or(policy.default_tracking)};
    const share_store::Content content{
        draft.title,     draft.label, draft.metadata, requested, core::clamp(requested, policy),
        draft.max_views, draft.clip};
    share_store::insert(transaction, workspace,
                        {id, recording->uid, content, std::nullopt, principal.key});
    link_store::insert_many(transaction, workspace, id, urls_.active_kid(), links);
    return found(share_store::find(transaction, workspace, id));
  });
}

core::Share Shares::get(const core::Principal& principal, const core::ShareId& id) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return found(share_store::find(transaction, principal.workspace, id));
  });
}

core::Page<core::Share> Shares::list(const core::Principal& principal,
                                     const core::PageRequest& page,
                                     const std::optional<core::RecordingId>& recording) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return share_store::page(transaction, principal.workspace, page, recording);
  });
}

core::Share Shares::update(const core::Principal& principal, const core::ShareId& id,
                           const core::SharePatch& patch) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    core::Share share = found(share_store::lock(transaction, workspace, id));
    require_changeable(share);
    require_version(share, patch.expected_version);
    const share_store::Content content = patched(share, patch);
    if (content == content_of(share)) {
      return share;
    }
    require_made(share_store::update(transaction, workspace, id, share.version, content, {}));
    return found(share_store::find(transaction, workspace, id));
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
    link_store::revoke_all(transaction, workspace, id);
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

#include "service/comments.hpp"

#include <string>
#include <utility>

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/idempotency.hpp"
#include "service/share_refusals.hpp"
#include "service/store/comment_store.hpp"
#include "service/store/event_store.hpp"

namespace vitrine {
namespace {

using core::ErrorCode;
using store::Transaction;
namespace comment_store = store::comment_store;

core::Comment found(Transaction& transaction, const core::WorkspaceId& workspace,
                    const core::ShareId& share, const core::CommentId& id) {
  auto comment = comment_store::find(transaction, workspace, share, id);
  if (!comment) {
    throw core::Error(ErrorCode::not_found, "The share has no comment of this id.");
  }
  return *std::move(comment);
}

// Waits for whoever changes the share's comments now, and keeps the next one waiting.
comment_store::Setting changeable(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::ShareId& share) {
  const auto setting = comment_store::lock_share(transaction, workspace, share);
  if (!setting) {
    throw no_share();
  }
  if (setting->share_revoked) {
    throw core::Error(ErrorCode::share_revoked,
                      "The share is revoked, which is final: its comments stay as they are.");
  }
  return *setting;
}

core::Comment current(Transaction& transaction, const core::WorkspaceId& workspace,
                      const core::ShareId& share, const core::CommentId& id,
                      std::optional<std::int64_t> expected_version) {
  core::Comment comment = found(transaction, workspace, share, id);
  if (expected_version && *expected_version != comment.version) {
    throw core::Error(ErrorCode::etag_mismatch,
                      "The comment was changed since you read it: read it again, then repeat.");
  }
  return comment;
}

void require_within(const comment_store::Setting& setting, std::optional<std::int64_t> at_ms) {
  if (at_ms && setting.duration_ms && *at_ms > *setting.duration_ms) {
    throw core::Error({{"/at_ms", "out_of_range",
                        "Must be at most " + std::to_string(*setting.duration_ms) +
                            ", where the recording ends."}});
  }
}

void tell(Transaction& transaction, const core::WorkspaceId& workspace, core::EventType type,
          const core::Comment& comment) {
  store::event_store::append(
      transaction, workspace,
      {{type, {.share = comment.share_id, .link = comment.link_id, .comment = comment.id}}});
}

core::CommentId comment_named(const std::string& text) {
  return core::CommentId::parse(text).value();
}

}  // namespace

core::Page<core::Comment> Comments::list(const core::Principal& principal,
                                         const core::ShareId& share,
                                         const core::PageRequest& page) {
  auto comments = store::single_read(pool_, [&](Transaction& transaction) {
    return comment_store::page(transaction, principal.workspace, share, page);
  });
  if (!comments) {
    throw no_share();
  }
  core::Page<core::Comment> answer{*std::move(comments), std::nullopt};
  if (answer.items.size() > static_cast<std::size_t>(page.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().id.uuid();
  }
  return answer;
}

core::Comment Comments::get(const core::Principal& principal, const core::ShareId& share,
                            const core::CommentId& comment) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    return found(transaction, principal.workspace, share, comment);
  });
}

core::Comment Comments::create(const core::Principal& principal, const core::ShareId& share,
                               const core::CommentDraft& draft,
                               const std::optional<core::IdempotencyKey>& key) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto id = new_id<core::CommentId>();
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto find = [&](const std::string& name) {
      return found(transaction, workspace, share, comment_named(name));
    };
    const auto make = [&] {
      require_within(changeable(transaction, workspace, share), draft.at_ms);
      if (!comment_store::insert(transaction, workspace, share, id, draft, core::kMaxComments)) {
        if (draft.link_id &&
            !comment_store::is_current_link(transaction, workspace, share, *draft.link_id)) {
          throw core::Error(
              {{"/link_id", "not_found", "The share has no link of this id that is alive."}});
        }
        throw core::Error(ErrorCode::conflict,
                          "The share has 1,000 comments, which is the most: remove some first.");
      }
      core::Comment made = find(id.text());
      tell(transaction, workspace, core::EventType::comment_created, made);
      return made;
    };
    const auto name = [](const core::Comment& made) { return made.id.text(); };
    return make_once(transaction, principal, "createComment", key, make, name, find);
  });
}

core::Comment Comments::update(const core::Principal& principal, const core::ShareId& share,
                               const core::CommentId& id, const core::CommentPatch& patch) {
  const core::WorkspaceId& workspace = principal.workspace;
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto setting = changeable(transaction, workspace, share);
    const core::Comment before = current(transaction, workspace, share, id, patch.expected_version);
    core::Comment after = before;
    after.body = patch.body.value_or(before.body);
    after.at_ms = patch.at_ms.value_or(before.at_ms);
    after.author = patch.author.value_or(before.author);
    require_within(setting, patch.at_ms.value_or(std::nullopt));
    if (after == before) {
      return after;
    }
    comment_store::update(transaction, workspace, after);
    tell(transaction, workspace, core::EventType::comment_updated, after);
    return found(transaction, workspace, share, id);
  });
}

void Comments::remove(const core::Principal& principal, const core::ShareId& share,
                      const core::CommentId& id, std::optional<std::int64_t> expected_version) {
  const core::WorkspaceId& workspace = principal.workspace;
  store::in_transaction(pool_, [&](Transaction& transaction) {
    changeable(transaction, workspace, share);
    const core::Comment comment = current(transaction, workspace, share, id, expected_version);
    comment_store::remove(transaction, workspace, share, id);
    tell(transaction, workspace, core::EventType::comment_deleted, comment);
  });
}

}  // namespace vitrine

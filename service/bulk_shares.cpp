#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "service/idempotency.hpp"
#include "service/new_share.hpp"
#include "service/share_effects.hpp"
#include "service/share_mails.hpp"
#include "service/shares.hpp"
#include "service/store/link_store.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/recording_store.hpp"
#include "service/store/share_list.hpp"
#include "service/store/share_store.hpp"

namespace vitrine {
namespace {

using core::Outcome;
using core::Outcomes;
using store::Transaction;
namespace recording_store = store::recording_store;
namespace share_list = store::share_list;

// What the drafts of one call have in common, asked for once.
class Workshop {
 public:
  Workshop(Transaction& transaction, const core::WorkspaceId& workspace, const ShareTools& tools)
      : transaction_(transaction),
        workspace_(workspace),
        sends_mail_(tools.sends_mail),
        policy_(store::policy_store::find(transaction, workspace)) {
    tools.urls.require_https(policy_.policy);
  }

  struct Settled {
    core::Uuid recording_uid;
    core::ShareContent content;
  };

  // Throws what the draft alone is to blame for.
  Settled settle(const core::ShareDraft& draft) {
    const auto& place = locate(draft.recording_id);
    if (!place) {
      throw unknown_recording();
    }
    auto content = core::settled(draft, {policy_.policy, place->facts, policy_.now});
    share_mails::require_possible(transaction_, sends_mail_, content.correspondence,
                                  draft.send_email);
    return {place->uid, std::move(content)};
  }

  const core::Policy& policy() const { return policy_.policy; }

 private:
  const std::optional<recording_store::Place>& locate(const core::RecordingId& id) {
    const auto known = places_.find(id);
    if (known != places_.end()) {
      return known->second;
    }
    return places_.emplace(id, recording_store::locate(transaction_, workspace_, id)).first->second;
  }

  Transaction& transaction_;
  const core::WorkspaceId& workspace_;
  const bool sends_mail_;
  const store::policy_store::Row policy_;
  std::map<core::RecordingId, std::optional<recording_store::Place>> places_;
};

// `make(item)` for what is well so far. A fault of one is its own.
template <class Made, class Item, class Make>
Outcomes<Made> each(const Outcomes<Item>& items, Make make) {
  Outcomes<Made> outcomes;
  outcomes.reserve(items.size());
  for (const Outcome<Item>& item : items) {
    if (const auto* fault = std::get_if<core::Error>(&item)) {
      outcomes.emplace_back(*fault);
      continue;
    }
    try {
      outcomes.emplace_back(make(std::get<Item>(item)));
    } catch (const core::Error& error) {
      const bool is_the_drafts = error.code() == core::ErrorCode::validation_failed ||
                                 error.code() == core::ErrorCode::recipient_required;
      if (!is_the_drafts) {
        throw;
      }
      outcomes.emplace_back(error);
    }
  }
  return outcomes;
}

// The shares of these ids, each in the place of its id.
Outcomes<core::Share> read_back(Transaction& transaction, const core::WorkspaceId& workspace,
                                const Outcomes<core::ShareId>& ids) {
  std::vector<core::ShareId> wanted;
  for (const auto& id : ids) {
    if (const auto* share = std::get_if<core::ShareId>(&id)) {
      wanted.push_back(*share);
    }
  }
  std::map<core::ShareId, core::Share> found;
  for (core::Share& share : share_list::find_many(transaction, workspace, wanted)) {
    const core::ShareId id = share.id;
    found.emplace(id, std::move(share));
  }
  return each<core::Share>(ids, [&](const core::ShareId& id) { return found.at(id); });
}

// All faults are found before anything is written, so what fails leaves nothing behind.
Outcomes<core::Share> add_all(Transaction& transaction, const core::Principal& principal,
                              const Outcomes<NewShare>& shares, const ShareTools& tools) {
  const core::WorkspaceId& workspace = principal.workspace;
  Workshop workshop(transaction, workspace, tools);
  std::vector<share_effects::NewLinks> made;
  const auto ids = each<core::ShareId>(shares, [&](const NewShare& share) {
    Workshop::Settled settled = workshop.settle(share.draft);
    store::share_store::insert(transaction, workspace,
                               {share.id, settled.recording_uid, std::move(settled.content),
                                share.passcode_hash, principal.key});
    store::link_store::insert_many(transaction, workspace, share.id, tools.urls.active_kid(),
                                   share.links);
    share_mails::created(transaction, workspace, share);
    made.push_back(share_effects::links_of(share));
    return share.id;
  });
  share_effects::created(transaction, workspace, made);
  return read_back(transaction, workspace, ids);
}

// What a repeated request is answered from: an id or a fault for each draft. Our own sentences hold
// none of the characters between the parts.
constexpr char kNextItem = '\x1e';
constexpr char kNextPart = '\x1f';

std::string note_of(const Outcome<core::Share>& outcome) {
  if (const auto* share = std::get_if<core::Share>(&outcome)) {
    return share->id.text();
  }
  const auto& error = std::get<core::Error>(outcome);
  std::string note = std::string("!") + kNextPart + error.what();
  for (const core::Violation& violation : error.violations()) {
    for (const std::string& part : {violation.pointer, violation.code, violation.detail}) {
      note += kNextPart + part;
    }
  }
  return note;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

core::Error fault_noted(const std::string& note) {
  const auto parts = split(note, kNextPart);
  std::vector<core::Violation> violations;
  for (std::size_t i = 2; i + 2 < parts.size(); i += 3) {
    violations.push_back({parts[i], parts[i + 1], parts[i + 2]});
  }
  return violations.empty() ? core::Error(core::ErrorCode::recipient_required, parts.at(1))
                            : core::Error(std::move(violations));
}

// What the caller's document is to blame for follows from it again, and is not noted.
std::string notes_of(const Outcomes<core::ShareDraft>& drafts,
                     const Outcomes<core::Share>& outcomes) {
  std::string notes;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const bool readable = std::holds_alternative<core::ShareDraft>(drafts[i]);
    notes += (readable ? note_of(outcomes[i]) : "") + kNextItem;
  }
  return notes;
}

Outcomes<core::Share> again(Transaction& transaction, const core::WorkspaceId& workspace,
                            const Outcomes<core::ShareDraft>& drafts, const std::string& notes) {
  const auto noted = split(notes, kNextItem);
  std::size_t next = 0;
  Outcomes<core::ShareId> ids;
  for (const auto& draft : drafts) {
    const std::string& note = noted.at(next++);
    if (const auto id = core::ShareId::parse(note)) {
      ids.emplace_back(*id);
    } else {
      const auto* unreadable = std::get_if<core::Error>(&draft);
      ids.emplace_back(unreadable != nullptr ? *unreadable : fault_noted(note));
    }
  }
  return read_back(transaction, workspace, ids);
}

}  // namespace

Outcomes<core::Share> Shares::create_many(const core::Principal& principal,
                                          const Outcomes<core::ShareDraft>& drafts,
                                          const std::optional<core::IdempotencyKey>& key) {
  const auto shares = each<NewShare>(
      drafts, [&](const core::ShareDraft& draft) { return new_share(draft, passcodes_); });
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    return make_once(
        transaction, principal, "bulkCreateShares", key,
        [&] { return add_all(transaction, principal, shares, tools()); },
        [&](const Outcomes<core::Share>& made) { return notes_of(drafts, made); },
        [&](const std::string& notes) {
          return again(transaction, principal.workspace, drafts, notes);
        });
  });
}

Outcomes<core::SharePreview> Shares::preview_many(const core::Principal& principal,
                                                  const Outcomes<core::ShareDraft>& drafts) {
  return store::single_read(pool_, [&](Transaction& transaction) {
    Workshop workshop(transaction, principal.workspace, tools());
    return each<core::SharePreview>(drafts, [&](const core::ShareDraft& draft) {
      Workshop::Settled settled = workshop.settle(draft);
      const core::Terms in_force = core::clamp(settled.content.granted, workshop.policy());
      return core::SharePreview{draft.recording_id, std::move(settled.content), in_force,
                                draft.passcode.has_value()};
    });
  });
}

core::RevocationReport Shares::revoke_many(const core::Principal& principal,
                                           const core::BulkRevocation& revocation) {
  const core::WorkspaceId& workspace = principal.workspace;
  const auto require_expected = [&](std::int64_t matched) {
    if (revocation.expected_count && *revocation.expected_count != matched) {
      throw core::Error(core::ErrorCode::conflict,
                        "Another number of shares fits than expected; nothing was revoked.")
          .with("matched", std::to_string(matched));
    }
  };
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto count = [&] {
      return share_list::count_unrevoked(transaction, workspace, revocation.filter);
    };
    if (revocation.dry_run) {
      const std::int64_t matched = count();
      require_expected(matched);
      return core::RevocationReport{matched, 0};
    }
    // One more than are revoked tells whether there are others.
    auto ids = share_list::lock_oldest(transaction, workspace, revocation.filter,
                                       static_cast<int>(core::kMaxBulk) + 1);
    const bool all = ids.size() <= core::kMaxBulk;
    const std::int64_t matched = all ? static_cast<std::int64_t>(ids.size()) : count();
    require_expected(matched);
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), core::kMaxBulk)),
              ids.end());
    share_list::revoke_many(transaction, workspace, ids);
    share_effects::revoked(transaction, workspace, ids);
    return core::RevocationReport{matched, static_cast<std::int64_t>(ids.size())};
  });
}

}  // namespace vitrine

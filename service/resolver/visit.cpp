// What becomes of a visit once its link was read; how links are read is in resolver.cpp.
#include "service/resolver/visit.hpp"

#include <algorithm>
#include <utility>

#include "service/core/error.hpp"
#include "service/issuers.hpp"
#include "service/passcodes.hpp"
#include "service/store/passcode_attempt_store.hpp"
#include "service/worker_pool.hpp"

namespace vitrine {
namespace {

using core::Evidence;
using core::PasscodeEvidence;
using core::Verdict;
using core::ViewerEvidence;
using store::resolve_store::Found;
namespace attempts = store::passcode_attempt_store;

// A link that changes each time it is looked at is looked at no more often.
constexpr int kLooks = 4;

// Whether the database must be asked for more before this can be answered.
bool needs_more(Verdict verdict, const Found& found, const Evidence& shown,
                const ResolveQuery& query) {
  return (verdict == Verdict::viewer_required && query.viewer_token) ||
         (verdict == Verdict::passcode_required && query.passcode) ||
         (verdict == Verdict::open && found.facts.max_views && !shown.view_taken);
}

// A session spares the next passcode and the next view, and tells one viewer's open from another's.
bool hands_out_sessions(const core::LinkFacts& facts) {
  return facts.has_passcode || facts.max_views ||
         core::tracking_in_force(facts) != core::Tracking::none;
}

// Whether the answer is the same for whoever comes like this, unless it holds a session.
bool is_empty_handed(const ResolveQuery& query) {
  return !query.passcode && !query.session && !query.viewer_token;
}

}  // namespace

Resolution closed(const core::LinkFacts& facts, Verdict verdict) {
  Resolution resolution{verdict};
  resolution.disclosed = facts.policy.disclose_state || !core::tells_state(verdict);
  if (verdict == Verdict::link_not_started) {
    resolution.starts_at = facts.granted.window.starts_at;
  }
  return resolution;
}

void Resolver::judge(const Shared& visit, Answered& answered) {
  const SharedFound& found = answered.found;
  const bool empty_handed = is_empty_handed(visit->query);
  if (empty_handed && answered.empty_handed) {
    visit->done(*answered.empty_handed);
    return;
  }
  if (!found) {
    visit->done(Resolution{Verdict::link_not_found});
    return;
  }
  if (!found->whole) {
    look_soon(visit, large_);
    return;
  }
  const Evidence shown = evidence(*found, *visit);
  const Verdict verdict = core::decide(found->facts, shown);
  if (needs_more(verdict, *found, shown, visit->query)) {
    if (!tools_.workers.submit([this, visit, found] { go_on(visit, *found); })) {
      visit->failed(too_many_visits());
    }
  } else if (empty_handed && answered.visits > 1 && verdict == Verdict::open && found->may_open &&
             !hands_out_sessions(found->facts)) {
    answered.empty_handed = opened(*found, shown, *visit);
    answered.empty_handed->common_text = std::make_shared<std::string>();
    visit->done(*answered.empty_handed);
  } else {
    go_on(visit, *found);
  }
}

// Answers, or sees to it that the visit goes on. Asks the database only where needs_more() says so.
void Resolver::go_on(const Shared& shared, const Found& found) {
  Visit& visit = *shared;
  try {
    Evidence shown = evidence(found, visit);
    Verdict verdict = core::decide(found.facts, shown);
    if (verdict == Verdict::viewer_required && visit.query.viewer_token && !visit.viewer) {
      check_viewer(found, visit);
      shown = evidence(found, visit);
      verdict = core::decide(found.facts, shown);
    }
    if (verdict == Verdict::passcode_required && visit.query.passcode) {
      reserve_try(found, visit);
      if (visit.passcode == PasscodeEvidence::none) {
        hash_soon(shared);
        return;
      }
      verdict = core::decide(found.facts, evidence(found, visit));
    }
    if (verdict != Verdict::open) {
      Resolution resolution = closed(found.facts, verdict);
      resolution.pause = visit.pause;
      visit.done(resolution);
      return;
    }
    const bool takes_view = found.facts.max_views && !shown.view_taken;
    if (found.may_open && (!takes_view || take_view(found, visit))) {
      shown.view_taken = found.facts.max_views.has_value();
      visit.done(opened(found, shown, visit));
    } else {
      look_again(shared);
    }
  } catch (const std::exception&) {
    visit.failed(std::current_exception());
  }
}

// What was decided and what was read do not agree any more.
void Resolver::look_again(const Shared& visit) {
  if (++visit->looks < kLooks) {
    look_soon(visit, usual_);
  } else {
    visit->failed(std::make_exception_ptr(
        core::Error(core::ErrorCode::unavailable, "The link is being changed. Try again.")));
  }
}

void Resolver::hash_soon(const Shared& visit) {
  const bool accepted = tools_.hashers.submit([this, visit] {
    try {
      hash(*visit);
    } catch (const std::exception&) {
      visit->failed(std::current_exception());
      return;
    }
    look_soon(visit, usual_);
  });
  if (!accepted) {
    visit->failed(too_many_visits());
  }
}

Evidence Resolver::evidence(const Found& found, const Visit& visit) const {
  Evidence shown{.viewer = visit.viewer.value_or(ViewerEvidence::none),
                 .passcode = visit.passcode,
                 .view_taken = found.proof_holds && visit.asked.proof.view_taken};
  if (found.proof_holds && visit.asked.proof.passcode_passed) {
    shown.passcode = PasscodeEvidence::passed;
  } else if (visit.passcode == PasscodeEvidence::passed) {
    shown.passcode = PasscodeEvidence::wrong;  // it was right, and was changed in the meantime
  }
  return shown;
}

void Resolver::check_viewer(const Found& found, Visit& visit) {
  const auto check = store::single_read(tools_.pool, [&](store::Transaction& transaction) {
    return tools_.issuers.check(transaction, found.workspace, *visit.query.viewer_token,
                                found.facts.now);
  });
  visit.viewer = check == viewers::ViewerCheck::member            ? ViewerEvidence::member
                 : check == viewers::ViewerCheck::other_workspace ? ViewerEvidence::stranger
                                                                  : ViewerEvidence::none;
  visit.asked.proof.member = visit.viewer == ViewerEvidence::member;
  if (visit.asked.proof.member) {
    visit.member_until = viewers::ViewerToken::read(*visit.query.viewer_token)->expires_at();
  }
}

// Takes one of the tries that the address and the link have left, before anything is hashed: many
// at once are no more than one after the other.
void Resolver::reserve_try(const Found& found, Visit& visit) {
  if (tools_.hashers.queued() >= kMaxWaitingPasscodes) {
    std::rethrow_exception(too_many_visits());
  }
  const std::string address = visit.query.client.limit_key();
  const RateLimiter::Quota quota = wrong_passcodes_.take(address);
  if (!quota.granted) {
    visit.passcode = PasscodeEvidence::throttled;
    visit.pause = quota.next_in;
    return;
  }
  visit.pause = store::in_transaction(tools_.pool, [&](store::Transaction& transaction) {
    return attempts::reserve(transaction, found.workspace, visit.asked.link);
  });
  if (visit.pause) {
    wrong_passcodes_.give_back(address);
    visit.passcode = PasscodeEvidence::throttled;
    return;
  }
  visit.passcode_hash = found.passcode_hash.value();
  visit.workspace = found.workspace;
  // What it proves, should it be right. A view that was taken in this session stays taken.
  visit.asked.proof = {.epoch = found.session_epoch,
                       .view_taken = found.proof_holds && visit.asked.proof.view_taken,
                       .member = visit.asked.proof.member};
}

void Resolver::hash(Visit& visit) {
  if (!tools_.passcodes.verify(visit.passcode_hash, *visit.query.passcode)) {
    visit.passcode = PasscodeEvidence::wrong;
    return;
  }
  visit.passcode = PasscodeEvidence::passed;
  visit.asked.proof.passcode_passed = true;
  wrong_passcodes_.give_back(visit.query.client.limit_key());
  store::in_transaction(tools_.pool, [&](store::Transaction& transaction) {
    attempts::clear(transaction, *visit.workspace, visit.asked.link);
  });
}

bool Resolver::take_view(const Found& found, const Visit& visit) {
  return store::in_transaction(tools_.pool, [&](store::Transaction& transaction) {
    return store::resolve_store::take_view(transaction, visit.asked.link, found.session_epoch);
  });
}

Resolution Resolver::opened(const Found& found, const Evidence& shown, const Visit& visit) const {
  const core::Instant now = found.facts.now;
  Resolution resolution{Verdict::open};
  const core::Instant media_end = now + tools_.media_lifetime;
  resolution.share = resolved_share(found, tools_.media,
                                    std::min(media_end, visit.member_until.value_or(media_end)));
  if (hands_out_sessions(found.facts)) {
    const bool goes_on = found.proof_holds && visit.asked.proof.until;
    ViewingSession session{.epoch = found.session_epoch,
                           .id = goes_on ? visit.session->id : ViewingSessions::new_id(),
                           .passcode_passed = found.facts.has_passcode,
                           .view_taken = shown.view_taken,
                           .member = shown.viewer == ViewerEvidence::member,
                           .started_at = goes_on ? visit.session->started_at : now};
    session.expires_at = tools_.sessions.end(session.started_at, now);
    resolution.share->session = tools_.sessions.seal(visit.asked.link, session);
    resolution.share->renew_after =
        std::min(resolution.share->renew_after, renewal(now, session.expires_at));
  }
  return resolution;
}

}  // namespace vitrine

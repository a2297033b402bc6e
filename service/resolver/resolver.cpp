#include "service/resolver/resolver.hpp"

#include <algorithm>

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
using store::resolve_store::Proof;
namespace attempts = store::passcode_attempt_store;

// Wrong passcodes of one address, whatever the link.
constexpr RateLimit kWrongPasscodes{20, std::chrono::minutes(10)};
// A link that changes each time it is looked at is looked at no more often.
constexpr int kLooks = 4;

std::exception_ptr overloaded() {
  return std::make_exception_ptr(
      core::Error(core::ErrorCode::overloaded, "Too many requests wait already. Try again.")
          .retry_after(std::chrono::seconds(1)));
}

Proof proof_of(const std::optional<ViewingSession>& session) {
  if (!session) {
    return {};
  }
  return {.epoch = session->epoch,
          .passcode_passed = session->passcode_passed,
          .view_taken = session->view_taken,
          .until = session->expires_at};
}

Resolution closed(const Found& found, Verdict verdict) {
  Resolution resolution{verdict};
  resolution.disclosed = found.facts.policy.disclose_state || !core::tells_state(verdict);
  if (verdict == Verdict::link_not_started) {
    resolution.starts_at = found.facts.granted.window.starts_at;
  }
  return resolution;
}

}  // namespace

// One resolve on its way. One thread at a time.
struct Resolver::Visit {
  ResolveQuery query;
  Done done;
  Failed failed;
  std::optional<ViewingSession> session = {};          // as it was presented
  Proof proof = {};                                    // what the next look can count on
  std::optional<core::Instant> member_until = {};      // the end of its viewer token
  std::optional<ViewerEvidence> viewer = {};           // what its token turned out to be
  PasscodeEvidence passcode = PasscodeEvidence::none;  // what became of the one that was sent
  std::optional<std::chrono::seconds> pause = {};      // when it was throttled
  // The passcode that is to be hashed, and where its try is counted.
  std::string passcode_hash = {};
  std::optional<core::WorkspaceId> workspace = {};
};

Resolver::Resolver(ResolverTools tools)
    : tools_(std::move(tools)), wrong_passcodes_(kWrongPasscodes) {}

void Resolver::resolve(ResolveQuery query, Done done, Failed failed) {
  const auto visit = std::make_shared<Visit>(
      Visit{.query = std::move(query), .done = std::move(done), .failed = std::move(failed)});
  if (visit->query.session) {
    visit->session = tools_.sessions.open(visit->query.token.link, *visit->query.session);
    visit->proof = proof_of(visit->session);
  }
  look_soon(visit);
}

void Resolver::look_soon(const Shared& visit) {
  const bool accepted = tools_.workers.submit([this, visit] {
    std::optional<Resolution> resolution;
    try {
      resolution = look(*visit);
    } catch (const std::exception&) {
      visit->failed(std::current_exception());
      return;
    }
    if (resolution) {
      visit->done(std::move(*resolution));
    } else {
      hash_soon(visit);
    }
  });
  if (!accepted) {
    visit->failed(overloaded());
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
    look_soon(visit);
  });
  if (!accepted) {
    visit->failed(overloaded());
  }
}

// Looks until what is decided and what was read agree. Nothing when only the passcode that was sent
// stands in the way: it has to be hashed first.
std::optional<Resolution> Resolver::look(Visit& visit) {
  for (int looks = 0; looks < kLooks; ++looks) {
    auto found = store::single_read(tools_.pool, [&](store::Transaction& transaction) {
      return store::resolve_store::find(transaction, visit.query.token.link, visit.query.token.kid,
                                        visit.query.include, visit.proof);
    });
    if (!found) {
      return Resolution{Verdict::link_not_found};
    }
    Evidence shown = evidence(*found, visit);
    Verdict verdict = core::decide(found->facts, shown);
    if (verdict == Verdict::viewer_required && visit.query.viewer_token && !visit.viewer) {
      check_viewer(*found, visit);
      shown = evidence(*found, visit);
      verdict = core::decide(found->facts, shown);
    }
    if (verdict == Verdict::passcode_required && visit.query.passcode) {
      reserve_try(*found, visit);
      if (visit.passcode == PasscodeEvidence::none) {
        return std::nullopt;
      }
      verdict = core::decide(found->facts, evidence(*found, visit));
    }
    if (verdict != Verdict::open) {
      Resolution resolution = closed(*found, verdict);
      resolution.pause = visit.pause;
      return resolution;
    }
    const bool takes_view = found->facts.max_views && !shown.view_taken;
    if (found->may_open && (!takes_view || take_view(*found, visit))) {
      shown.view_taken = found->facts.max_views.has_value();
      return opened(std::move(*found), shown, visit);
    }
  }
  throw core::Error(core::ErrorCode::unavailable, "The link is being changed. Try again.");
}

Evidence Resolver::evidence(const Found& found, const Visit& visit) const {
  Evidence shown{.viewer = visit.viewer.value_or(ViewerEvidence::none),
                 .passcode = visit.passcode,
                 .view_taken = found.proof_holds && visit.proof.view_taken};
  if (found.proof_holds && visit.proof.passcode_passed) {
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
  visit.proof.member = visit.viewer == ViewerEvidence::member;
  if (visit.proof.member) {
    visit.member_until = viewers::ViewerToken::read(*visit.query.viewer_token)->expires_at();
  }
}

// Takes one of the tries that the address and the link have left, before anything is hashed: many
// at once are no more than one after the other.
void Resolver::reserve_try(const Found& found, Visit& visit) {
  if (tools_.hashers.queued() >= kMaxWaitingPasscodes) {
    std::rethrow_exception(overloaded());
  }
  const std::string address = visit.query.client.limit_key();
  const RateLimiter::Quota quota = wrong_passcodes_.take(address);
  if (!quota.granted) {
    visit.passcode = PasscodeEvidence::throttled;
    visit.pause = quota.next_in;
    return;
  }
  visit.pause = store::in_transaction(tools_.pool, [&](store::Transaction& transaction) {
    return attempts::reserve(transaction, found.workspace, visit.query.token.link);
  });
  if (visit.pause) {
    wrong_passcodes_.give_back(address);
    visit.passcode = PasscodeEvidence::throttled;
    return;
  }
  visit.passcode_hash = found.passcode_hash.value();
  visit.workspace = found.workspace;
  // What it proves, should it be right. A view that was taken in this session stays taken.
  visit.proof = {.epoch = found.session_epoch,
                 .view_taken = found.proof_holds && visit.proof.view_taken,
                 .member = visit.proof.member};
}

void Resolver::hash(Visit& visit) {
  if (!tools_.passcodes.verify(visit.passcode_hash, *visit.query.passcode)) {
    visit.passcode = PasscodeEvidence::wrong;
    return;
  }
  visit.passcode = PasscodeEvidence::passed;
  visit.proof.passcode_passed = true;
  wrong_passcodes_.give_back(visit.query.client.limit_key());
  store::in_transaction(tools_.pool, [&](store::Transaction& transaction) {
    attempts::clear(transaction, *visit.workspace, visit.query.token.link);
  });
}

bool Resolver::take_view(const Found& found, const Visit& visit) {
  return store::in_transaction(tools_.pool, [&](store::Transaction& transaction) {
    return store::resolve_store::take_view(transaction, visit.query.token.link,
                                           found.session_epoch);
  });
}

Resolution Resolver::opened(Found found, const Evidence& shown, const Visit& visit) const {
  const core::Instant now = found.facts.now;
  const bool needs_session = found.facts.has_passcode || found.facts.max_views;
  const bool goes_on = found.proof_holds && visit.proof.until;
  ViewingSession session{.epoch = found.session_epoch,
                         .passcode_passed = found.facts.has_passcode,
                         .view_taken = shown.view_taken,
                         .started_at = goes_on ? visit.session->started_at : now};
  session.expires_at = tools_.sessions.end(session.started_at, now);
  Resolution resolution{Verdict::open};
  const core::Instant media_end = now + tools_.media_lifetime;
  resolution.share = resolved_share(std::move(found), tools_.media,
                                    std::min(media_end, visit.member_until.value_or(media_end)));
  if (needs_session) {
    resolution.share->session = tools_.sessions.seal(visit.query.token.link, session);
    resolution.share->renew_after =
        std::min(resolution.share->renew_after, renewal(now, session.expires_at));
  }
  return resolution;
}

}  // namespace vitrine

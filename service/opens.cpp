#include "service/opens.hpp"

#include <memory>
#include <utility>

#include "service/core/client_name.hpp"
#include "service/core/error.hpp"
#include "service/share_refusals.hpp"
#include "service/store/event_store.hpp"
#include "service/store/link_store.hpp"
#include "service/store/mail_store.hpp"
#include "service/store/time_zone_store.hpp"
#include "service/worker_pool.hpp"

namespace vitrine {
namespace {

using core::ErrorCode;
using core::Evidence;
using core::Verdict;
using store::Transaction;
using store::view_store::Target;
namespace event_store = store::event_store;
namespace link_store = store::link_store;
namespace mail_store = store::mail_store;
namespace view_store = store::view_store;

// With all that a link may ask for: only one that is closed to everybody does not open.
constexpr Evidence kEverything{.viewer = core::ViewerEvidence::member,
                               .passcode = core::PasscodeEvidence::passed,
                               .view_taken = true};

bool lets_in(const ViewingSession& session, const Target& target) {
  const Evidence shown{
      .viewer = session.member ? core::ViewerEvidence::member : core::ViewerEvidence::none,
      .passcode =
          session.passcode_passed ? core::PasscodeEvidence::passed : core::PasscodeEvidence::none,
      .view_taken = session.view_taken};
  return session.epoch == target.session_epoch && target.facts.now < session.expires_at &&
         core::decide(target.facts, shown) == Verdict::open;
}

// Throws validation_failed when the link opens, but not with this session.
Resolution judged(const std::optional<Target>& target,
                  const std::optional<ViewingSession>& session) {
  if (!target) {
    return {Verdict::link_not_found};
  }
  const Verdict verdict = core::decide(target->facts, kEverything);
  if (verdict != Verdict::open) {
    return closed(target->facts, verdict);
  }
  if (!session || !lets_in(*session, *target)) {
    throw core::Error({{"/session", "not_found",
                        "Is no session of this link that still opens it. Resolve the link again, "
                        "and send the session of that answer."}});
  }
  return {Verdict::open};
}

bool is_tracked(const std::optional<Target>& target) {
  return target && core::tracking_in_force(target->facts) != core::Tracking::none;
}

}  // namespace

void Opens::report(OpenReport report, Done done, const Failed& failed) {
  const bool accepted =
      workers_.submit([this, report = std::move(report), done = std::move(done), failed] {
        try {
          done(take(report));
        } catch (const std::exception&) {
          failed(std::current_exception());
        }
      });
  if (!accepted) {
    failed(std::make_exception_ptr(
        core::Error(ErrorCode::overloaded, "Too many requests wait already. Try again.")
            .retry_after(std::chrono::seconds(1))));
  }
}

// What leaves nothing behind is answered from one read. The rest is judged once more, while nobody
// changes the share: a change that has returned is heeded, and nothing is kept after it that it
// does not allow.
Resolution Opens::take(const OpenReport& report) {
  const auto session = sessions_.open(report.token.link, report.session);
  const auto seen = store::single_read(
      pool_, [&](Transaction& transaction) { return view_store::find(transaction, report.token); });
  Resolution resolution = judged(seen, session);
  if (resolution.verdict != Verdict::open || !is_tracked(seen)) {
    return resolution;
  }
  const auto time_zone = known_time_zone(report.time_zone);
  const core::ClassifiedOpen kind = core::classify_open(report.user_agent, report.gesture);
  bool counted = false;
  resolution = store::in_transaction(pool_, [&](Transaction& transaction) {
    const auto target = view_store::lock(transaction, report.token);
    Resolution now = judged(target, session);
    counted = now.verdict == Verdict::open && is_tracked(target) &&
              keep(transaction, *target, session.value(), report, kind, time_zone);
    return now;
  });
  if (counted) {
    ++counted_.at(static_cast<std::size_t>(kind.open_class));
  }
  return resolution;
}

// False when this session was reported before.
bool Opens::keep(Transaction& transaction, const Target& target, const ViewingSession& session,
                 const OpenReport& report, const core::ClassifiedOpen& kind,
                 const std::optional<std::string>& time_zone) {
  if (!view_store::count(transaction, target, kind.open_class, session.id,
                         ViewingSessions::longest_end(session.started_at))) {
    return false;
  }
  const bool identified = core::tracking_in_force(target.facts) == core::Tracking::identified;
  if (identified) {
    view_store::insert(transaction, target,
                       {kind, core::client_name(report.user_agent), time_zone});
  }
  if (kind.open_class == core::OpenClass::person && !target.opened) {
    event_store::append(
        transaction, target.workspace,
        {{core::EventType::link_opened, {.share = target.share, .link = target.link}}});
    if (target.notify_on_open) {
      mail_store::queue_opened(transaction, target.workspace, target.share, target.link,
                               identified ? time_zone : std::nullopt);
    }
  }
  return true;
}

std::optional<std::string> Opens::known_time_zone(const std::optional<std::string>& name) {
  const bool is_known = name && store::single_read(pool_, [&](Transaction& transaction) {
                          return store::time_zone_store::is_known(transaction, *name);
                        });
  return is_known ? name : std::nullopt;
}

core::Page<core::View> Opens::list(const core::Principal& principal, const core::ShareId& share,
                                   const core::PageRequest& page) {
  auto views = store::single_read(pool_, [&](Transaction& transaction) {
    return view_store::page(transaction, principal.workspace, share, page);
  });
  if (!views) {
    throw no_share();
  }
  core::Page<core::View> answer{*std::move(views), std::nullopt};
  if (answer.items.size() > static_cast<std::size_t>(page.size)) {
    answer.items.pop_back();
    answer.next = answer.items.back().id.uuid();
  }
  return answer;
}

std::int64_t Opens::erase(const core::Principal& principal, const core::ShareId& share,
                          const std::string& recipient_key) {
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    // Waits for opens that are being kept just now, so that none of them is left.
    if (!link_store::lock_share(transaction, principal.workspace, share)) {
      throw no_share();
    }
    return view_store::erase(transaction, principal.workspace, share, recipient_key);
  });
}

}  // namespace vitrine

#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "service/core/page.hpp"
#include "service/core/scope.hpp"
#include "service/core/view.hpp"
#include "service/resolver/resolver.hpp"
#include "service/resolver/viewing_session.hpp"
#include "service/store/view_store.hpp"

namespace vitrine {

// What a viewer's side tells of an open.
struct OpenReport {
  core::LinkKeys::Verified token;  // genuine already
  std::string session;             // as resolving gave it
  bool gesture = true;             // somebody did something, such as to press play
  std::string user_agent = {};     // the viewer's
  std::optional<std::string> time_zone = {};
};

// Opens of links: a report that somebody really began to watch, and what the sender sees of it. How
// much of an open is kept, the share's tracking in force says; while it is `none`, nothing is.
// Thread-safe.
class Opens {
 public:
  // `workers` are for what the pool is used for.
  Opens(store::Pool& pool, WorkerPool& workers, ViewingSessions sessions)
      : pool_(pool), workers_(workers), sessions_(std::move(sessions)) {}

  // Exactly one of the two is called, once, on a worker (or on the caller's thread, with
  // `overloaded`). The verdict is `open` when the report was taken, whatever was kept of it; a link
  // that does not open any more is told as resolving it would. One session counts once. The first
  // open by a person is an event, and a mail where the sender asked for one. Fails with
  // validation_failed when the session is not of this link or over, and with unavailable, timeout,
  // outcome_unknown; then it is to be sent again.
  using Done = std::function<void(const Resolution&)>;
  using Failed = std::function<void(std::exception_ptr)>;
  void report(OpenReport report, Done done, const Failed& failed);

  // Newest first. Blocking. Throws not_found, unavailable, timeout.
  core::Page<core::View> list(const core::Principal& principal, const core::ShareId& share,
                              const core::PageRequest& page);

  // Erases what is kept of the opens of one person, found by the canonical address; the numbers
  // stay, which tell of nobody. Gives how many views there were. Blocking. Throws not_found,
  // unavailable, timeout, outcome_unknown.
  std::int64_t erase(const core::Principal& principal, const core::ShareId& share,
                     const std::string& recipient_key);

  // How many opens of a class were counted, since the start.
  std::uint64_t counted_total(core::OpenClass open_class) const noexcept {
    return counted_[static_cast<std::size_t>(open_class)];
  }

 private:
  Resolution take(const OpenReport& report);
  bool keep(store::Transaction& transaction, const store::view_store::Target& target,
            const ViewingSession& session, const OpenReport& report,
            const core::ClassifiedOpen& kind, const std::optional<std::string>& time_zone);
  std::optional<std::string> known_time_zone(const std::optional<std::string>& name);

  store::Pool& pool_;
  WorkerPool& workers_;
  const ViewingSessions sessions_;
  std::array<std::atomic<std::uint64_t>, core::kOpenClasses.size()> counted_{};
};

}  // namespace vitrine

#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/link_token.hpp"
#include "service/ip_address.hpp"
#include "service/rate_limiter.hpp"
#include "service/resolver/read_hosts.hpp"
#include "service/resolver/resolved_share.hpp"
#include "service/resolver/set_queue.hpp"
#include "service/resolver/viewing_session.hpp"

namespace vitrine {

namespace store {
class Pool;
class Transaction;
}  // namespace store
class Issuers;
class Passcodes;
class WorkerPool;

struct Resolution {
  core::Verdict verdict;                           // what was decided
  bool disclosed = true;                           // false: to be told as link_not_found
  std::optional<core::Instant> starts_at = {};     // with link_not_started
  std::optional<std::chrono::seconds> pause = {};  // with passcode_throttled
  std::optional<ResolvedShare> share = {};         // with open
  // Room for the text of an answer that many are given, so that only the first has to write it.
  std::shared_ptr<std::string> common_text = {};
};

// What is to be told of a link that does not open.
Resolution closed(const core::LinkFacts& facts, core::Verdict verdict);

struct ResolveQuery {
  core::LinkKeys::Verified token;                            // genuine already
  std::optional<std::vector<core::PanelKind>> include = {};  // narrows the visible panels
  std::optional<std::string> passcode = {}, session = {}, viewer_token = {};
  IpAddress client = {};              // what wrong passcodes are counted by
  std::function<bool()> wanted = {};  // false once nobody waits for the answer; may be empty
};

// What the resolver works with. Borrowed, but for the sessions.
struct ResolverTools {
  store::Pool& pool;    // for what is written, and for issuers
  ReadHosts& hosts;     // for the links themselves
  WorkerPool& workers;  // for what the pool is used for
  WorkerPool& hashers;  // for passcodes: at least kMaxWaitingPasscodes and one for each worker
  Passcodes& passcodes;
  const Issuers& issuers;
  const media::MediaStore& media;
  ViewingSessions sessions;
  std::chrono::seconds media_lifetime;  // of a signed URL, which never outlives its link
  int threads = 1;                      // that ask for sets of links, each in its own session
  std::size_t most_waiting = 4096;      // visits; further ones are refused
  // Runs the handing over of a whole set's answers, so that wake-ups can be gathered.
  std::function<void(const std::function<void()>&)> hand_over = [](const auto& work) { work(); };
};

// Answers what genuine links open. Asynchronous, so that reactor threads never wait. A few threads
// take all that waits and ask for it in one statement: that is what makes it fast without keeping
// any state of a link. What more a visit needs (a viewer's issuer, a try of a passcode, a view) is
// done aside, on the workers, one statement each; a passcode is hashed on threads of its own, and
// then everything is decided anew. Thread-safe.
class Resolver {
 public:
  explicit Resolver(ResolverTools tools);
  ~Resolver();  // stop()
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Exactly one of the two is called, once, on a thread of the resolver or its workers (or on the
  // caller's, with `overloaded`, when the queue is full).
  using Done = std::function<void(const Resolution&)>;
  using Failed = std::function<void(std::exception_ptr)>;
  void resolve(ResolveQuery query, Done done, Failed failed);

  // Answers what waits, then ends the threads. Later visits are refused.
  void stop();

  struct Stats {
    std::size_t waiting;
    std::uint64_t sets_total;     // statements
    std::uint64_t visits_total;   // that they were asked for
    std::uint64_t dropped_total;  // unasked, because nobody waited any more
  };
  Stats stats() const;

  // More passcodes than these are not kept waiting; whoever brings one is told to come again.
  static constexpr std::size_t kMaxWaitingPasscodes = 64;

 private:
  struct Visit;
  using Shared = std::shared_ptr<Visit>;
  using SharedFound = std::shared_ptr<const store::resolve_store::Found>;
  struct Lane;
  struct Answered;

  using Lanes = std::vector<std::unique_ptr<Lane>>;  // one for each number

  void look_soon(const Shared& visit, const Lanes& lanes);
  void work(Lane& lane, int number);
  void work_off(Lane& lane, class LinkReader& reader, std::vector<Shared> visits);
  std::vector<Shared> still_wanted(std::vector<Shared> visits);
  void judge(const Shared& visit, Answered& answered);
  void go_on(const Shared& visit, const store::resolve_store::Found& found);
  void look_again(const Shared& visit);
  void hash_soon(const Shared& visit);

  core::Evidence evidence(const store::resolve_store::Found& found, const Visit& visit) const;
  void check_viewer(const store::resolve_store::Found& found, Visit& visit);
  void reserve_try(const store::resolve_store::Found& found, Visit& visit);
  bool take_view(const store::resolve_store::Found& found, const Visit& visit);
  Resolution opened(const store::resolve_store::Found& found, const core::Evidence& shown,
                    const Visit& visit) const;
  void hash(Visit& visit);

  const ResolverTools tools_;
  RateLimiter wrong_passcodes_;  // by client address
  Lanes usual_;
  Lanes large_;  // for panels that would hold up the others
  std::atomic<std::uint64_t> sets_{0}, visits_{0}, dropped_{0};
  std::vector<std::thread> threads_;
};

}  // namespace vitrine

#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/link_token.hpp"
#include "service/ip_address.hpp"
#include "service/rate_limiter.hpp"
#include "service/resolver/resolved_share.hpp"
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
};

struct ResolveQuery {
  core::LinkKeys::Verified token;                            // genuine already
  std::optional<std::vector<core::PanelKind>> include = {};  // narrows the visible panels
  std::optional<std::string> passcode = {}, session = {}, viewer_token = {};
  IpAddress client = {};  // what wrong passcodes are counted by
};

// What the resolver works with. Borrowed, but for the sessions.
struct ResolverTools {
  store::Pool& pool;
  WorkerPool& workers;  // for SQL
  WorkerPool& hashers;  // for passcodes: at least kMaxWaitingPasscodes and one for each worker
  Passcodes& passcodes;
  const Issuers& issuers;
  const media::MediaStore& media;
  ViewingSessions sessions;
  std::chrono::seconds media_lifetime;  // of a signed URL, which never outlives its link
};

// Answers what a genuine link opens. Asynchronous, so that reactor threads never wait: one query
// per resolve on a bounded pool of threads. A passcode is hashed on threads of its own, and then
// everything is decided anew. Thread-safe.
class Resolver {
 public:
  explicit Resolver(ResolverTools tools);

  // Exactly one of the two is called, once, on a worker's thread (or on the caller's, with
  // `overloaded`, when the queue is full).
  using Done = std::function<void(Resolution)>;
  using Failed = std::function<void(std::exception_ptr)>;
  void resolve(ResolveQuery query, Done done, Failed failed);

  // More passcodes than these are not kept waiting; whoever brings one is told to come again.
  static constexpr std::size_t kMaxWaitingPasscodes = 64;

 private:
  struct Visit;
  using Shared = std::shared_ptr<Visit>;

  void look_soon(const Shared& visit);
  void hash_soon(const Shared& visit);
  std::optional<Resolution> look(Visit& visit);
  core::Evidence evidence(const store::resolve_store::Found& found, const Visit& visit) const;
  void check_viewer(const store::resolve_store::Found& found, Visit& visit);
  void reserve_try(const store::resolve_store::Found& found, Visit& visit);
  bool take_view(const store::resolve_store::Found& found, const Visit& visit);
  Resolution opened(store::resolve_store::Found found, const core::Evidence& shown,
                    const Visit& visit) const;
  void hash(Visit& visit);

  const ResolverTools tools_;
  RateLimiter wrong_passcodes_;  // by client address
};

}  // namespace vitrine

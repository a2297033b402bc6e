#pragma once

#include <optional>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/ids.hpp"
#include "service/core/scope.hpp"
#include "service/core/share.hpp"

namespace vitrine {

namespace store {
class Pool;
}

// How each link of a share would fare, were it opened now by a visitor with empty hands.
struct Explanation {
  struct OfLink {
    core::LinkId link;
    std::optional<core::Recipient> recipient;
    core::Trace trace;
  };
  core::ShareId share;
  core::Instant now;  // of the database, by which all were judged
  std::vector<OfLink> links;
};

// Tells the owner of a share why its links open or do not: by the steps that decide a resolve, on
// the facts that a resolve reads. Blocking; thread-safe.
class Explanations {
 public:
  explicit Explanations(store::Pool& pool) : pool_(pool) {}

  // All links, oldest first, or the one that is named. Throws not_found, also for a link of another
  // share.
  Explanation explain(const core::Principal& principal, const core::ShareId& share,
                      const std::optional<core::LinkId>& link);

 private:
  store::Pool& pool_;
};

}  // namespace vitrine

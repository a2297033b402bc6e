#include "service/jobs/publisher.hpp"

#include "service/events.hpp"

namespace vitrine::jobs {
namespace {

// Two milliseconds of work or so, for which others wait their turn.
constexpr int kBatch = 200;
// So long at most, an event waits that was committed late, while there is a mountain of others.
constexpr std::chrono::milliseconds kBeginAnew{1000};

}  // namespace

bool Publisher::publish() {
  const auto now = std::chrono::steady_clock::now();
  if (now - began_anew_at_ >= kBeginAnew) {
    behind_ = 0;
  }
  if (behind_ == 0) {
    began_anew_at_ = now;
  }
  const auto published = publish_waiting(pool_, kBatch, behind_);
  events_ += static_cast<std::uint64_t>(published.events);
  deliveries_ += static_cast<std::uint64_t>(published.deliveries);
  const bool more = published.events == kBatch;
  behind_ = more ? published.last : 0;
  return more;
}

}  // namespace vitrine::jobs

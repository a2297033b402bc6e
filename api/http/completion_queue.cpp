#include "api/http/completion_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include "api/http/gather_completions.hpp"

namespace vitrine::http {
namespace {

// The queue of the worker that runs on this thread.
thread_local const CompletionQueue* attended_here = nullptr;

// What one thread answers in a row, by the queue it belongs to. Delivers when it ends.
class Gathering {
 public:
  Gathering() noexcept { here = this; }
  ~Gathering() {
    here = nullptr;
    for (Share& share : shares_) share.queue->post(std::move(share.completions));
  }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

  void add(CompletionQueue& queue, Completion completion) {
    auto share = std::find_if(shares_.begin(), shares_.end(),
                              [&](const Share& one) { return one.queue.get() == &queue; });
    if (share == shares_.end())
      share = shares_.insert(share, Share{queue.shared_from_this(), {}});
    share->completions.push_back(std::move(completion));
  }

  static thread_local Gathering* here;

 private:
  struct Share {
    std::shared_ptr<CompletionQueue> queue;
    std::vector<Completion> completions;
  };
  std::vector<Share> shares_;
};

thread_local Gathering* Gathering::here = nullptr;

int make_event_fd() {
  const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0)
    throw std::system_error(errno, std::generic_category(), "eventfd");
  return fd;
}

}  // namespace

CompletionQueue::CompletionQueue() : event_fd_(make_event_fd()) {}

CompletionQueue::~CompletionQueue() { ::close(event_fd_); }

void CompletionQueue::post(Completion completion) {
  if (Gathering::here != nullptr) {
    Gathering::here->add(*this, std::move(completion));
    return;
  }
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(completion));
  }
  if (first && !is_attended_here())
    wake();
}

void CompletionQueue::post(std::vector<Completion> completions) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = waiting_.empty();
    std::move(completions.begin(), completions.end(), std::back_inserter(waiting_));
  }
  if (first && !is_attended_here())
    wake();
}

void CompletionQueue::wake() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the worker has been woken.
  [[maybe_unused]] const auto written = ::write(event_fd_, &one, sizeof one);
}

std::vector<Completion> CompletionQueue::take() {
  std::vector<Completion> taken;
  const std::lock_guard lock(mutex_);
  taken.swap(waiting_);
  return taken;
}

void CompletionQueue::attend() noexcept { attended_here = this; }

bool CompletionQueue::is_attended_here() const noexcept { return attended_here == this; }

void gather_completions(const std::function<void()>& work) {
  if (Gathering::here != nullptr) {
    work();
    return;
  }
  const Gathering gathering;
  work();
}

}  // namespace vitrine::http

#include "api/http/completion_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace vitrine::http {
namespace {

// The queue of the worker that runs on this thread.
thread_local const CompletionQueue* attended_here = nullptr;

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
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(completion));
  }
  if (first && attended_here != this)
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

}  // namespace vitrine::http

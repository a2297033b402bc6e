#include "app/signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace vitrine::app {

namespace {

// Runs as a signal handler: nothing but what signal-safety(7) allows.
void end_at_once(int number) {
  constexpr std::string_view kLate =
      "vitrine: stopped with unfinished work: it did not end in time.\n";
  constexpr std::string_view kAsked =
      "vitrine: stopped with unfinished work: a second signal came.\n";
  const std::string_view said = number == SIGALRM ? kLate : kAsked;
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, said.data(), said.size());
  ::_exit(1);
}

}  // namespace

Signals::Signals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&taken_);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&taken_, number);
  sigset_t blocked = taken_;
  sigaddset(&blocked, SIGALRM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
}

std::optional<int> Signals::wait(std::chrono::milliseconds patience) const {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(patience);
  const timespec time{whole.count(), std::chrono::nanoseconds(patience - whole).count()};
  const int number = ::sigtimedwait(&taken_, nullptr, &time);
  return number > 0 ? std::optional(number) : std::nullopt;
}

int Signals::wait() const {
  for (;;) {
    if (const int number = ::sigwaitinfo(&taken_, nullptr); number > 0)
      return number;
  }
}

void Signals::end_at_once_after(std::chrono::seconds deadline) const {
  struct sigaction action {};
  action.sa_handler = end_at_once;
  sigset_t open;
  sigemptyset(&open);
  for (const int number : {SIGTERM, SIGINT, SIGALRM}) {
    ::sigaction(number, &action, nullptr);
    sigaddset(&open, number);
  }
  ::alarm(static_cast<unsigned>(std::max<std::chrono::seconds::rep>(deadline.count(), 1)));
  ::pthread_sigmask(SIG_UNBLOCK, &open, nullptr);
}

}  // namespace vitrine::app

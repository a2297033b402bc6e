#include "api/http/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace vitrine::http {
namespace {

// For the database, log files, and connections that are accepted only to be turned away.
constexpr rlim_t kReserve = 512;

rlim_t open_descriptors() {
  std::error_code error;
  rlim_t count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
       it.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace

std::size_t connections_within_descriptor_limit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return wanted;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised{limit.rlim_max, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0)
      limit = raised;
  }
  if (limit.rlim_cur == RLIM_INFINITY)
    return wanted;
  const rlim_t kept = open_descriptors() + std::min(kReserve, limit.rlim_cur / 4);
  // Two for each: a connection that is sent a file needs a second one.
  const rlim_t possible = limit.rlim_cur > kept ? (limit.rlim_cur - kept) / 2 : 0;
  return static_cast<std::size_t>(std::clamp<rlim_t>(possible, 1, std::max<rlim_t>(wanted, 1)));
}

}  // namespace vitrine::http

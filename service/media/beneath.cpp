#include "service/media/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace vitrine::media {
namespace {

constexpr int kOpenFile = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

// The kernel gives EAGAIN when a rename elsewhere races with its check of `..`; a few tries settle
// it.
constexpr int kMaxTries = 8;

bool is_unavailable(int failure) { return failure == ENOSYS || failure == EPERM; }

int open_by_kernel(int root, const std::string& path) {
  open_how how{};
  how.flags = kOpenFile;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) {
      break;
    }
  }
  return static_cast<int>(fd);
}

// Closes without touching errno, which tells why the walk ended.
void close_quietly(int fd) {
  const int failure = errno;
  ::close(fd);
  errno = failure;
}

}  // namespace

int open_beneath(int root, const std::string& path) {
  const int fd = open_by_kernel(root, path);
  return fd < 0 && is_unavailable(errno) ? open_beneath_by_segment(root, path) : fd;
}

int open_beneath_by_segment(int root, const std::string& path) {
  int folder = root;
  std::size_t begin = 0;
  while (true) {
    const auto end = path.find('/', begin);
    const std::string segment = path.substr(begin, end - begin);
    int next = -1;
    if (segment.empty() || segment == "." || segment == "..") {
      errno = EXDEV;  // what openat2 says of a path that leaves its root
    } else if (end == std::string::npos) {
      next = ::openat(folder, segment.c_str(), kOpenFile | O_NOFOLLOW);
    } else {
      next = ::openat(folder, segment.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    if (folder != root) {
      close_quietly(folder);
    }
    if (next < 0 || end == std::string::npos) {
      return next;
    }
    folder = next;
    begin = end + 1;
  }
}

}  // namespace vitrine::media

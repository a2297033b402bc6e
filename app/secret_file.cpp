#include "app/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "app/descriptor.hpp"

namespace vitrine::app {

namespace {

constexpr std::size_t kMaxBytes = 65'536;

[[noreturn]] void fail(const std::string& path, int error) {
  throw OperatorError("The file " + path +
                      " cannot be read: " + std::generic_category().message(error) + ".");
}

void require_private(const std::string& path, mode_t mode) {
  if ((mode & (S_IROTH | S_IWOTH)) != 0) {
    throw OperatorError("The file " + path +
                        " holds a secret, but every user of this machine has access to it. Run: "
                        "chmod o-rwx '" +
                        path + "'");
  }
}

std::string read_file(const std::string& path, bool secret) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
    fail(path, errno);
  if (S_ISDIR(status.st_mode))
    fail(path, EISDIR);
  if (secret)
    require_private(path, status.st_mode);
  std::string content;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got == 0)
      return content;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      fail(path, errno);
    content.append(piece.data(), static_cast<std::size_t>(got));
    if (content.size() > kMaxBytes) {
      throw OperatorError("The file " + path +
                          " is larger than 64 KiB, so it holds something else.");
    }
  }
}

}  // namespace

std::string read_secret_file(const std::string& path) { return read_file(path, true); }
std::string read_public_file(const std::string& path) { return read_file(path, false); }

}  // namespace vitrine::app

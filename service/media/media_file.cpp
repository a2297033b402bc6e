#include "service/media/media_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace vitrine::media {
namespace {

void close_and_delete(const int* fd) {
  ::close(*fd);
  delete fd;
}

}  // namespace

MediaFile::MediaFile(int fd, std::int64_t size, core::Instant modified_at, std::string entity_tag)
    : fd_(new int(fd), close_and_delete),
      size_(size),
      modified_at_(modified_at),
      entity_tag_(std::move(entity_tag)) {}

std::string MediaFile::read(std::int64_t offset, std::size_t length) const {
  std::string bytes(length, '\0');
  std::size_t filled = 0;
  while (filled < length) {
    const ssize_t got = ::pread(*fd_, bytes.data() + filled, length - filled,
                                offset + static_cast<std::int64_t>(filled));
    if (got == 0) {
      break;
    }
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      throw std::runtime_error("a media file could not be read");
    }
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace vitrine::media

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "service/core/instant.hpp"

namespace vitrine::media {

// An open regular file. Movable; closes with its owner. Reads may happen on any thread.
class MediaFile {
 public:
  MediaFile(int fd, std::int64_t size, core::Instant modified_at, std::string entity_tag);

  std::int64_t size() const noexcept { return size_; }
  core::Instant modified_at() const noexcept { return modified_at_; }

  // A strong validator, quotes included (RFC 9110 section 8.8.3), from device, inode, size and
  // modification time.
  const std::string& entity_tag() const noexcept { return entity_tag_; }

  // Reads up to `length` bytes at `offset`; shorter only at the end of the file. Blocking. Throws
  // std::runtime_error when the file cannot be read.
  std::string read(std::int64_t offset, std::size_t length) const;

 private:
  std::shared_ptr<const int> fd_;
  std::int64_t size_;
  core::Instant modified_at_;
  std::string entity_tag_;
};

}  // namespace vitrine::media

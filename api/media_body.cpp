#include "api/media_body.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace vitrine::api {
namespace {

// Exactly `length` bytes, or none: a shorter piece would shift everything after it.
std::string read_piece(const media::MediaFile& file, std::int64_t offset, std::size_t length) {
  try {
    std::string piece = file.read(offset, length);
    return piece.size() == length ? piece : std::string();
  } catch (const std::exception&) {
    return {};  // the length is promised already, so all that is left is to end the connection
  }
}

}  // namespace

MediaBody::MediaBody(std::shared_ptr<const media::MediaFile> file, WorkerPool& files,
                     std::int64_t offset, std::int64_t length)
    : file_(std::move(file)),
      files_(files),
      size_(length),
      offset_(offset),
      end_(offset + length) {}

std::optional<std::uint64_t> MediaBody::size() const { return static_cast<std::uint64_t>(size_); }

void MediaBody::next(std::function<void(std::string)> ready) {
  const auto length = static_cast<std::size_t>(std::min<std::int64_t>(end_ - offset_, kPieceBytes));
  // The task shares the file and nothing of this object, which may die while it waits.
  auto task = [file = file_, offset = offset_, length, ready] {
    ready(read_piece(*file, offset, length));
  };
  offset_ += static_cast<std::int64_t>(length);
  if (!files_.submit(std::move(task))) {
    ready({});
  }
}

}  // namespace vitrine::api

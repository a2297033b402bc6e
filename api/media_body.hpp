#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http/message.hpp"
#include "service/media/media_file.hpp"
#include "service/worker_pool.hpp"

namespace vitrine::api {

// A part of a file, read while it is sent. Each piece is one task of `files`, queued only when the
// connection asks for it: reactor threads never touch the disk, a client holds at most one piece of
// memory here, and a slow one waits in nobody's way. When the client leaves, what is queued reads
// its piece in vain and is done.
class MediaBody final : public http::BodySource {
 public:
  static constexpr std::size_t kPieceBytes = std::size_t{128} * 1024;

  // `length` > 0 bytes from `offset`, which must lie inside the file. `files` must outlive the
  // connections.
  MediaBody(std::shared_ptr<const media::MediaFile> file, WorkerPool& files, std::int64_t offset,
            std::int64_t length);

  std::optional<std::uint64_t> size() const override;

  // Gives up (the connection closes, and the client may resume by a Range) when the file became
  // shorter or unreadable, and when the queue of `files` is full or stopped.
  void next(std::function<void(std::string)> ready) override;

 private:
  std::shared_ptr<const media::MediaFile> file_;
  WorkerPool& files_;
  std::int64_t size_;
  std::int64_t offset_;
  std::int64_t end_;
};

}  // namespace vitrine::api

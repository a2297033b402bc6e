#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/http/message.hpp"

namespace vitrine::http {

class Connection;

struct Abandoned {};  // a Reply was destroyed unanswered
struct Chunk {
  std::optional<std::string> bytes;  // empty: the source's end; nothing: it cannot go on
};
struct Resume {};  // the connection yielded to others and has work left

// Something that happened elsewhere and belongs to one exchange of one connection.
struct Completion {
  std::weak_ptr<Connection> connection;
  std::uint64_t exchange = 0;
  std::variant<Response, Abandoned, Chunk, Resume> what;
};

// The way back to a worker, from any thread. Outlives the worker when a Reply does; what is posted
// then is dropped with the queue.
class CompletionQueue : public std::enable_shared_from_this<CompletionQueue> {
 public:
  CompletionQueue();
  ~CompletionQueue();
  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;

  // Readable, edge-triggered, whenever the worker must look; never needs to be read.
  int event_fd() const noexcept { return event_fd_; }

  // At once or, while this thread gathers completions, with all the others at the end of that.
  void post(Completion completion);
  void post(std::vector<Completion> completions);
  void wake();

  // The worker's side. While it is `attended`, its own posts need no wake-up, because it takes
  // again before it sleeps.
  std::vector<Completion> take();
  void attend() noexcept;
  bool is_attended_here() const noexcept;

 private:
  const int event_fd_;
  std::mutex mutex_;
  std::vector<Completion> waiting_;  // protected by mutex_
};

}  // namespace vitrine::http

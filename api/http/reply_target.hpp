#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/http/completion_queue.hpp"
#include "api/http/message.hpp"

namespace vitrine::http {

// Names one exchange of one connection, from any thread, for as long as anybody wants to. The
// connection is named by its object, never by its descriptor's number, which the kernel gives away
// again.
struct ExchangeAddress {
  std::shared_ptr<CompletionQueue> queue;
  std::weak_ptr<Connection> connection;
  std::uint64_t exchange = 0;

  void post(Response response) const;
  void post(Abandoned abandoned) const;
  void post(Chunk chunk) const;
};

Reply make_reply(ExchangeAddress address);

// What a BodySource calls with its next chunk. Dropped uncalled, it reports that the source cannot
// go on; calls after the first are ignored.
std::function<void(std::string)> make_chunk_receiver(ExchangeAddress address);

}  // namespace vitrine::http

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "api/http/message.hpp"

namespace vitrine::edge_test {

// What runs a task on another thread, at once or later.
using Elsewhere = std::function<void(std::function<void()>)>;

// `size` bytes of the repeated alphabet, made on another thread in chunks of 64 KiB.
std::shared_ptr<http::BodySource> make_alphabet(std::uint64_t size, Elsewhere elsewhere);

// Promises `size` bytes and gives up after the first chunk: by an empty chunk, or by dropping the
// receiver uncalled.
std::shared_ptr<http::BodySource> make_broken(std::uint64_t size, bool drops_receiver);

// A body of unknown length: so many pieces, each after a pause, and then its end, or silence for
// ever, or the failure of who made it.
struct StreamPlan {
  enum class Then { end, silence, failure };
  std::uint64_t pieces = 0;
  std::uint64_t piece_bytes = 1;
  std::chrono::milliseconds pause{0};
  Then then = Then::end;
};
std::shared_ptr<http::BodySource> make_stream(StreamPlan plan, Elsewhere elsewhere);

// How many sources exist now.
int living_sources();

}  // namespace vitrine::edge_test

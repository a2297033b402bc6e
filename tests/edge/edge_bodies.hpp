#pragma once

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

// How many sources exist now.
int living_sources();

}  // namespace vitrine::edge_test

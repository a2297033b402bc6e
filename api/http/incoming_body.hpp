#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine::http {

// A request's body while it arrives. Memory follows what has arrived, not what was announced: a
// client that announces 32 MiB and sends nothing costs nothing.
class IncomingBody {
 public:
  void expect(std::uint64_t size);
  std::uint64_t missing() const noexcept { return size_ - bytes_.size(); }

  // Takes what belongs to the body from the front of `input` and says how much that was. Throws
  // std::bad_alloc.
  std::size_t take(std::string_view input);
  std::string release();

 private:
  std::uint64_t size_ = 0;
  std::string bytes_;
};

}  // namespace vitrine::http

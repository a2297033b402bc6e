#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace vitrine::http {

// Bytes received and not yet consumed. They lie in the worker's shared receive buffer for as long
// as that is possible, so that an idle connection owns no memory and a whole request is not copied.
class Inbox {
 public:
  enum class Fill { got, nothing, finished, broken };

  std::string_view view() const noexcept { return borrowed_.empty() ? kept() : borrowed_; }
  bool empty() const noexcept { return view().empty(); }
  void consume(std::size_t count);

  // Reads once. `drained` tells that the socket had no more than this.
  Fill fill(int fd, std::span<char> buffer, bool& drained);

  // Must be called before another connection uses the receive buffer.
  void keep();
  void clear();

 private:
  std::string_view kept() const noexcept { return std::string_view(kept_).substr(begin_); }

  std::string kept_;
  std::size_t begin_ = 0;
  std::string_view borrowed_;  // only when nothing is kept
};

}  // namespace vitrine::http

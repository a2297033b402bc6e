#include "service/telemetry/descriptor_sink.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <limits>
#include <string_view>

namespace vitrine::telemetry {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kGatheredBytes = 32'768;
constexpr int kPollMs = 100;

// As many whole lines as fit into what a writable pipe is sure to take, so that lines of two
// programs on one pipe do not mix; a longer line goes in pieces.
std::size_t next_piece(std::string_view rest) {
  if (rest.size() <= PIPE_BUF)
    return rest.size();
  const std::size_t line_end = rest.rfind('\n', PIPE_BUF - 1);
  return line_end == std::string_view::npos ? PIPE_BUF : line_end + 1;
}

}  // namespace

DescriptorSink::DescriptorSink(int descriptor, std::function<bool()> more_waiting)
    : descriptor_(descriptor),
      more_waiting_(std::move(more_waiting)),
      deadline_(std::numeric_limits<Clock::rep>::max()) {}

void DescriptorSink::give_up_at(Clock::time_point deadline) {
  deadline_.store(deadline.time_since_epoch().count(), std::memory_order_relaxed);
}

void DescriptorSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  formatter_->format(message, line);
  buffer_.append(line.data(), line.size());
  if (buffer_.size() >= kGatheredBytes || !more_waiting_())
    flush_();
}

bool DescriptorSink::wait_until_writable() const {
  for (;;) {
    const auto now = Clock::now().time_since_epoch().count();
    const bool late = now >= deadline_.load(std::memory_order_relaxed);
    pollfd waited{descriptor_, POLLOUT, 0};
    const int ready = ::poll(&waited, 1, late ? 0 : kPollMs);
    if (ready > 0)
      return true;  // also for an error, which the write then tells
    if (late || (ready < 0 && errno != EINTR))
      return false;
  }
}

void DescriptorSink::flush_() {
  std::size_t offset = 0;
  while (offset < buffer_.size()) {
    if (!wait_until_writable())
      break;
    const std::string_view rest = std::string_view(buffer_).substr(offset);
    const ssize_t written = ::write(descriptor_, rest.data(), next_piece(rest));
    if (written > 0) {
      offset += static_cast<std::size_t>(written);
    } else if (errno != EINTR && errno != EAGAIN) {
      break;  // a full disk or a reader that left: these lines are lost, the next ones may not be
    }
  }
  drop_from(offset);
}

void DescriptorSink::drop_from(std::size_t offset) {
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(offset);
  dropped_.fetch_add(static_cast<std::uint64_t>(std::count(begin, buffer_.end(), '\n')),
                     std::memory_order_relaxed);
  buffer_.clear();
}

}  // namespace vitrine::telemetry

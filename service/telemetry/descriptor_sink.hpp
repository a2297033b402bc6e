#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace vitrine::telemetry {

// Writes lines to a file descriptor and can be told to give up, which a blocked `write` could not:
// it waits by poll() and never writes more than a pipe takes at once. Used by one thread only, but
// for give_up_at and dropped.
class DescriptorSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  // Lines are gathered while `more_waiting` says that another one follows at once.
  DescriptorSink(int descriptor, std::function<bool()> more_waiting);

  void give_up_at(std::chrono::steady_clock::time_point deadline);
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;
  bool wait_until_writable() const;
  void drop_from(std::size_t offset);

  int descriptor_;
  std::function<bool()> more_waiting_;
  std::string buffer_;
  std::atomic<std::chrono::steady_clock::time_point::rep> deadline_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace vitrine::telemetry

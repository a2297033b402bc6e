#include "service/telemetry/log.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "service/telemetry/descriptor_sink.hpp"
#include "service/telemetry/log_line.hpp"

namespace vitrine::telemetry {

namespace {

constexpr std::size_t kQueuedLines = 8192;
constexpr std::chrono::seconds kStopPatience{1};
// The time comes from spdlog, which stamps a line when it is queued; the rest is log_line's.
constexpr auto kPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v)";

// The parts of a running log. `running` is what callers see: a plain pointer, so that a line costs
// no shared count; the logger it points to is kept until the next start.
struct Log {
  std::mutex mutex;  // guards the parts below, not `running`
  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::shared_ptr<DescriptorSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::uint64_t dropped_before = 0;
  std::atomic<spdlog::async_logger*> running{nullptr};
};

Log& the_log() {
  // Never destroyed: a thread may still write while the process ends.
  static Log* const log = new Log;
  return *log;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::uint64_t dropped_by(const Log& log) {
  const std::uint64_t overrun = log.writer ? log.writer->overrun_counter() : 0;
  return log.dropped_before + overrun + (log.sink ? log.sink->dropped() : 0);
}

}  // namespace

void start_log(Level least, int descriptor) {
  stop_log();
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  log.writer = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  // The sink runs on the writer's own thread, which ends before the writer does.
  log.sink = std::make_shared<DescriptorSink>(
      descriptor, [writer = log.writer.get()] { return writer->queue_size() > 0; });
  log.logger = std::make_shared<spdlog::async_logger>(
      "vitrine", log.sink, log.writer, spdlog::async_overflow_policy::overrun_oldest);
  log.logger->set_level(level_of(least));
  log.logger->set_pattern(kPattern, spdlog::pattern_time_type::utc);
  log.running.store(log.logger.get(), std::memory_order_release);
}

void stop_log() {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  log.running.store(nullptr, std::memory_order_release);
  if (!log.writer)
    return;
  log.sink->give_up_at(std::chrono::steady_clock::now() + kStopPatience);
  const std::uint64_t overrun = log.writer->overrun_counter();
  log.writer.reset();
  log.sink->flush();  // the order to end looked to it like one more line to wait for
  log.dropped_before += overrun + log.sink->dropped();
  log.sink.reset();
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  spdlog::async_logger* const logger = the_log().running.load(std::memory_order_acquire);
  if (logger == nullptr || !logger->should_log(level_of(level)))
    return;
  const std::string line = log_line(level, event, fields);
  logger->log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

std::uint64_t dropped_log_lines() {
  Log& log = the_log();
  const std::lock_guard lock(log.mutex);
  return dropped_by(log);
}

}  // namespace vitrine::telemetry

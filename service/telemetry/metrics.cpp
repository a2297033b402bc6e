#include "service/telemetry/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

#include "service/telemetry/log.hpp"
#include "service/telemetry/process_metrics.hpp"
#include "service/telemetry/sharded_counters.hpp"
#include "service/telemetry/version.hpp"

namespace vitrine::telemetry {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr std::array kBounds = {.0005, .001, .0025, .005, .01, .025, .05,
                                .1,    .25,  .5,    1.,   2.5, 5.,   10.};
constexpr std::array kStatuses = {200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409, 410,
                                  411, 412, 413, 414, 415, 416, 417, 422, 429, 431, 500, 501, 503};

// Where an operation's counters stand within its stretch of the row: one per status, then one for
// any other status, one per bucket, one for what is slower than all, and the sum.
constexpr std::size_t kBuckets = kStatuses.size() + 1;
constexpr std::size_t kSumNanoseconds = kBuckets + kBounds.size() + 1;
constexpr std::size_t kStretch = kSumNanoseconds + 1;

// Where the counters that belong to no operation stand.
enum Common : std::size_t { kStarted, kFinished, kForged, kVerdicts };
constexpr std::size_t kCommonCount = kVerdicts + core::kVerdictCount;

std::size_t status_slot(int status) {
  const auto* const found = std::lower_bound(kStatuses.begin(), kStatuses.end(), status);
  const bool known = found != kStatuses.end() && *found == status;
  return known ? static_cast<std::size_t>(found - kStatuses.begin()) : kStatuses.size();
}

std::size_t bucket_slot(std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  const auto* const found = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);
  return kBuckets + static_cast<std::size_t>(found - kBounds.begin());
}

ClientMetric counter(Labels labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  return metric;
}

MetricFamily gauge(std::string name, std::string help, double value, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return {std::move(name), std::move(help), MetricType::Gauge, {std::move(metric)}};
}

void append_process(std::vector<MetricFamily>& families) {
  const ProcessFigures process = read_process_figures();
  families.push_back(gauge("process_resident_memory_bytes", "Resident memory in bytes.",
                           process.resident_memory_bytes));
  families.push_back(gauge("process_open_fds", "Open file descriptors.", process.open_fds));
  families.push_back(gauge("process_start_time_seconds", "Start of the process, Unix time.",
                           process.start_time_seconds));
  families.push_back({"process_cpu_seconds_total",
                      "User and system CPU time.",
                      MetricType::Counter,
                      {counter({}, process.cpu_seconds_total)}});
}

}  // namespace

struct Metrics::State {
  struct Observed {
    std::string name, help;
    MetricType type;
    std::function<double()> read;
    Labels labels = {};
  };

  explicit State(const std::vector<std::string>& names)
      : operations(names), counts(kCommonCount + (names.size() + 1) * kStretch) {
    for (std::size_t i = 0; i < operations.size(); ++i) indexes.emplace(operations[i], i);
    operations.emplace_back("other");
  }

  std::size_t base_of(std::string_view operation) const {
    const auto found = indexes.find(operation);
    return base_of(found == indexes.end() ? operations.size() - 1 : found->second);
  }
  static std::size_t base_of(std::size_t operation) { return kCommonCount + operation * kStretch; }

  double in_flight() const;
  MetricFamily requests() const;
  MetricFamily durations() const;
  ClientMetric duration_of(std::size_t operation) const;
  MetricFamily resolves() const;
  void append_observed(std::vector<MetricFamily>& families) const;

  std::vector<std::string> operations;  // the last one is "other"
  std::map<std::string, std::size_t, std::less<>> indexes;
  ShardedCounters counts;
  mutable std::mutex mutex;  // guards `observed`
  std::vector<Observed> observed;
};

double Metrics::State::in_flight() const {
  // Finished first: read the other way round, a request that ends in between would count as -1.
  const auto finished = static_cast<double>(counts.read(kFinished));
  return std::max(0.0, static_cast<double>(counts.read(kStarted)) - finished);
}

MetricFamily Metrics::State::requests() const {
  MetricFamily family{"vitrine_http_requests_total", "Answered requests.", MetricType::Counter, {}};
  family.metric.reserve(operations.size() * (kStatuses.size() + 1));
  for (std::size_t i = 0; i < operations.size(); ++i) {
    for (std::size_t slot = 0; slot <= kStatuses.size(); ++slot) {
      const bool known = slot < kStatuses.size();
      const std::string status = known ? std::to_string(kStatuses.at(slot)) : "other";
      family.metric.push_back(counter({{"operation", operations[i]}, {"status", status}},
                                      static_cast<double>(counts.read(base_of(i) + slot))));
    }
  }
  return family;
}

ClientMetric Metrics::State::duration_of(std::size_t operation) const {
  ClientMetric metric;
  metric.label = {{"operation", operations[operation]}};
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    count += counts.read(base_of(operation) + kBuckets + i);
    metric.histogram.bucket.push_back({count, kBounds.at(i)});
  }
  count += counts.read(base_of(operation) + kBuckets + kBounds.size());
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum =
      static_cast<double>(counts.read(base_of(operation) + kSumNanoseconds)) / 1e9;
  return metric;
}

MetricFamily Metrics::State::durations() const {
  MetricFamily family{"vitrine_http_request_duration_seconds",
                      "From the whole head to the answer handed over.",
                      MetricType::Histogram,
                      {}};
  for (std::size_t i = 0; i < operations.size(); ++i) family.metric.push_back(duration_of(i));
  return family;
}

MetricFamily Metrics::State::resolves() const {
  MetricFamily family{
      "vitrine_resolve_total", "Links resolved, by outcome.", MetricType::Counter, {}};
  for (int i = 0; i < core::kVerdictCount; ++i) {
    const auto outcome = std::string(core::to_text(static_cast<core::Verdict>(i)));
    const auto slot = kVerdicts + static_cast<std::size_t>(i);
    family.metric.push_back(
        counter({{"outcome", outcome}}, static_cast<double>(counts.read(slot))));
  }
  family.metric.push_back(
      counter({{"outcome", "forged"}}, static_cast<double>(counts.read(kForged))));
  return family;
}

void Metrics::State::append_observed(std::vector<MetricFamily>& families) const {
  const std::lock_guard lock(mutex);
  for (const Observed& each : observed) {
    ClientMetric metric;
    metric.label = each.labels;
    (each.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = each.read();
    const auto family = std::find_if(families.begin(), families.end(),
                                     [&](const auto& other) { return other.name == each.name; });
    if (family == families.end()) {
      families.push_back({each.name, each.help, each.type, {std::move(metric)}});
    } else {
      family->metric.push_back(std::move(metric));
    }
  }
}

Metrics::Metrics(const std::vector<std::string>& operations)
    : state_(std::make_unique<State>(operations)) {
  observe_counter("vitrine_log_lines_dropped_total", "Log lines that nobody could take.",
                  [] { return static_cast<double>(dropped_log_lines()); });
}

Metrics::~Metrics() = default;

void Metrics::request_started() { state_->counts.add(kStarted); }

void Metrics::request_finished(std::string_view operation, int status,
                               std::chrono::nanoseconds took) {
  const std::size_t base = state_->base_of(operation);
  const auto nanoseconds = std::max<std::chrono::nanoseconds::rep>(took.count(), 0);
  state_->counts.add(base + status_slot(status));
  state_->counts.add(base + bucket_slot(took));
  state_->counts.add(base + kSumNanoseconds, static_cast<std::uint64_t>(nanoseconds));
  state_->counts.add(kFinished);
}

void Metrics::resolved(core::Verdict verdict) {
  state_->counts.add(kVerdicts + static_cast<std::size_t>(verdict));
}

void Metrics::forged_token() { state_->counts.add(kForged); }

void Metrics::observe(const std::string& name, const std::string& help,
                      std::function<double()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->observed.push_back({name, help, MetricType::Gauge, std::move(read)});
}

void Metrics::observe(const std::string& name, const std::string& help, const Label& label,
                      std::function<double()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->observed.push_back(
      {name, help, MetricType::Gauge, std::move(read), {{label.name, label.value}}});
}

void Metrics::observe_counter(const std::string& name, const std::string& help,
                              std::function<double()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->observed.push_back({name, help, MetricType::Counter, std::move(read)});
}

void Metrics::observe_counter(const std::string& name, const std::string& help, const Label& label,
                              std::function<double()> read) {
  const std::lock_guard lock(state_->mutex);
  state_->observed.push_back(
      {name, help, MetricType::Counter, std::move(read), {{label.name, label.value}}});
}

std::string Metrics::text() const {
  std::vector<MetricFamily> families;
  families.push_back(gauge("vitrine_build_info", "The version that runs.", 1,
                           {{"version", std::string(version())}}));
  families.push_back(state_->requests());
  families.push_back(state_->durations());
  families.push_back(
      gauge("vitrine_http_requests_in_flight", "Requests not answered yet.", state_->in_flight()));
  families.push_back(state_->resolves());
  state_->append_observed(families);
  append_process(families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace vitrine::telemetry

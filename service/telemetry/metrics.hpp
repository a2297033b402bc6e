#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/decision.hpp"

namespace vitrine::telemetry {

// What Prometheus scrapes. Every series is made at start, so that a rate over a new one is right;
// an operation or a status that is not known counts as "other". Counting takes no lock and shares
// no cache line between threads; the work is done when scraped.
// Thread-safe; no function here takes a token, an id or a raw path.
class Metrics {
 public:
  // `operations` are the operationIds of the route table; "other" is added for what matches none.
  explicit Metrics(const std::vector<std::string>& operations);
  ~Metrics();

  void request_started();  // vitrine_http_requests_in_flight
  // vitrine_http_requests_total{operation,status}, vitrine_http_request_duration_seconds{operation}
  void request_finished(std::string_view operation, int status, std::chrono::nanoseconds took);
  void resolved(core::Verdict verdict);  // vitrine_resolve_total{outcome}
  void forged_token();                   // vitrine_resolve_total{outcome="forged"}

  // Gauges read at scrape time, for example the pool's. `read` must not block. One name may be
  // given again with another value of its label, if it has one.
  struct Label {
    std::string name, value;
  };
  void observe(const std::string& name, const std::string& help, std::function<double()> read);
  void observe(const std::string& name, const std::string& help, const Label& label,
               std::function<double()> read);
  // Like observe, for a value that only grows.
  void observe_counter(const std::string& name, const std::string& help,
                       std::function<double()> read);
  void observe_counter(const std::string& name, const std::string& help, const Label& label,
                       std::function<double()> read);

  // Text exposition format 0.0.4.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitrine::telemetry

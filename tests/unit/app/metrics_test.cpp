#include "service/telemetry/metrics.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "service/telemetry/version.hpp"

using vitrine::core::Verdict;
using vitrine::telemetry::Metrics;
using namespace std::chrono_literals;

namespace {

// The value of a series in the exposition; "absent" when it is not there.
std::string value_of(const Metrics& metrics, const std::string& series) {
  std::istringstream lines(metrics.text());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + ' '))
      return line.substr(series.size() + 1);
  }
  return "absent";
}

std::string requests(const std::string& operation, const std::string& status) {
  return "vitrine_http_requests_total{operation=\"" + operation + "\",status=\"" + status + "\"}";
}

std::string bucket(const std::string& operation, const std::string& bound) {
  return "vitrine_http_request_duration_seconds_bucket{operation=\"" + operation + "\",le=\"" +
         bound + "\"}";
}

}  // namespace

TEST_CASE("every series is there before the first request") {
  const Metrics metrics({"getShare", "resolveLink"});
  CHECK(value_of(metrics, requests("getShare", "200")) == "0");
  CHECK(value_of(metrics, requests("resolveLink", "503")) == "0");
  CHECK(value_of(metrics, requests("other", "404")) == "0");
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"open\"}") == "0");
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"link_revoked\"}") == "0");
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"forged\"}") == "0");
  CHECK(value_of(metrics, "vitrine_http_requests_in_flight") == "0");
  CHECK(value_of(metrics, "vitrine_log_lines_dropped_total") != "absent");
  CHECK(value_of(metrics, bucket("getShare", "+Inf")) == "0");
}

TEST_CASE("a request counts under its operation, status and duration") {
  Metrics metrics({"getShare"});
  metrics.request_started();
  metrics.request_started();
  metrics.request_finished("getShare", 404, 3ms);
  CHECK(value_of(metrics, requests("getShare", "404")) == "1");
  CHECK(value_of(metrics, requests("getShare", "200")) == "0");
  CHECK(value_of(metrics, bucket("getShare", "0.0025")) == "0");
  CHECK(value_of(metrics, bucket("getShare", "0.005")) == "1");
  CHECK(value_of(metrics, bucket("getShare", "+Inf")) == "1");
  CHECK(value_of(metrics, "vitrine_http_request_duration_seconds_sum{operation=\"getShare\"}") ==
        "0.003");
  CHECK(value_of(metrics, "vitrine_http_requests_in_flight") == "1");
}

TEST_CASE("a duration on a bound is within it, and one past all is in the last bucket") {
  Metrics metrics({"getShare"});
  metrics.request_finished("getShare", 200, 5ms);
  metrics.request_finished("getShare", 200, 1h);
  CHECK(value_of(metrics, bucket("getShare", "0.005")) == "1");
  CHECK(value_of(metrics, bucket("getShare", "10")) == "1");
  CHECK(value_of(metrics, bucket("getShare", "+Inf")) == "2");
}

TEST_CASE("what is not known counts as other, so that nobody can invent series") {
  Metrics metrics({"getShare"});
  metrics.request_finished("/v1/shares/shr_secret", 200, 1ms);
  metrics.request_finished("getShare", 799, 1ms);
  CHECK(value_of(metrics, requests("other", "200")) == "1");
  CHECK(value_of(metrics, requests("getShare", "other")) == "1");
  CHECK(metrics.text().find("shr_secret") == std::string::npos);
}

TEST_CASE("resolves count by outcome") {
  Metrics metrics({});
  metrics.resolved(Verdict::open);
  metrics.resolved(Verdict::open);
  metrics.resolved(Verdict::link_expired);
  metrics.resolved(Verdict::link_used_up);
  metrics.forged_token();
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"link_used_up\"}") == "1");
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"open\"}") == "2");
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"link_expired\"}") == "1");
  CHECK(value_of(metrics, "vitrine_resolve_total{outcome=\"forged\"}") == "1");
}

TEST_CASE("values that differ by a label alone are series of one metric") {
  Metrics metrics({});
  metrics.observe("vitrine_test", "A gauge.", {"host", "a:1"}, [] { return 1.0; });
  metrics.observe("vitrine_test", "A gauge.", {"host", "b:2"}, [] { return 0.0; });
  CHECK(value_of(metrics, "vitrine_test{host=\"a:1\"}") == "1");
  CHECK(value_of(metrics, "vitrine_test{host=\"b:2\"}") == "0");
  const std::string text = metrics.text();
  CHECK(text.find("# HELP vitrine_test ") == text.rfind("# HELP vitrine_test "));
}

TEST_CASE("observed values are read when scraped") {
  Metrics metrics({});
  double value = 1;
  metrics.observe("vitrine_test", "A gauge.", [&] { return value; });
  metrics.observe_counter("vitrine_test_total", "A counter.", [&] { return value * 2; });
  value = 21;
  CHECK(value_of(metrics, "vitrine_test") == "21");
  CHECK(value_of(metrics, "vitrine_test_total") == "42");
  CHECK(metrics.text().find("# TYPE vitrine_test_total counter") != std::string::npos);
}

TEST_CASE("threads that count at once lose nothing") {
  Metrics metrics({"getShare"});
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        metrics.request_started();
        metrics.request_finished("getShare", 200, 1ms);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(value_of(metrics, requests("getShare", "200")) == "20000");
  CHECK(value_of(metrics, bucket("getShare", "+Inf")) == "20000");
  CHECK(value_of(metrics, "vitrine_http_requests_in_flight") == "0");
}

TEST_CASE("the process and its version are told") {
  const Metrics metrics({});
  const std::string version(vitrine::telemetry::version());
  CHECK(value_of(metrics, "vitrine_build_info{version=\"" + version + "\"}") == "1");
  CHECK(std::stod(value_of(metrics, "process_resident_memory_bytes")) > 1'000'000);
  CHECK(std::stod(value_of(metrics, "process_open_fds")) >= 3);
  CHECK(std::stod(value_of(metrics, "process_start_time_seconds")) > 1'600'000'000);
  CHECK(value_of(metrics, "process_cpu_seconds_total") != "absent");
}

TEST_CASE("twenty-six operations stay below 2,000 series") {
  std::vector<std::string> operations;
  for (int i = 0; i < 26; ++i) operations.push_back("operation" + std::to_string(i));
  std::istringstream lines(Metrics(operations).text());
  int series = 0;
  for (std::string line; std::getline(lines, line);) series += line.starts_with('#') ? 0 : 1;
  CHECK(series < 2000);
}

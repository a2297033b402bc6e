#include "api/ops.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "service/telemetry/metrics.hpp"
#include "tests/unit/api/fake_exchange.hpp"

using namespace vitrine;
using namespace vitrine::api;

namespace {

int status_of(const std::string& path, const Health& health) {
  telemetry::Metrics metrics({});
  OpsApplication ops(metrics, [&] { return health; });
  return answer_to(ops, {.path = path}).status;
}

const Health kStarting{false, false, ""};
const Health kWell{true, false, ""};
const Health kDraining{true, true, ""};
const Health kFaulty{true, false, "The database cannot be reached."};

}  // namespace

TEST_CASE("alive is whoever answers", "[api][ops]") {
  for (const Health& health : {kStarting, kWell, kDraining, kFaulty}) {
    CHECK(status_of("/livez", health) == 200);
  }
}

TEST_CASE("ready is only who has started and is not about to stop", "[api][ops]") {
  CHECK(status_of("/readyz", kWell) == 200);
  CHECK(status_of("/readyz", kStarting) == 503);
  CHECK(status_of("/readyz", kDraining) == 503);
}

TEST_CASE("a lost database is told and takes no replica out of service", "[api][ops]") {
  telemetry::Metrics metrics({});
  OpsApplication ops(metrics, [] { return kFaulty; });
  const auto response = answer_to(ops, {.path = "/readyz"});
  CHECK(response.status == 200);
  CHECK(response.body == R"({"status":"degraded","detail":"The database cannot be reached."})");
}

TEST_CASE("started stays started", "[api][ops]") {
  CHECK(status_of("/startupz", kStarting) == 503);
  CHECK(status_of("/startupz", kDraining) == 200);
  CHECK(status_of("/startupz", kFaulty) == 200);
}

TEST_CASE("metrics are text for Prometheus", "[api][ops]") {
  telemetry::Metrics metrics({});
  OpsApplication ops(metrics, [] { return kWell; });
  const auto response = answer_to(ops, {.path = "/metrics", .query = "x=1"});
  CHECK(header(response, "Content-Type").starts_with("text/plain; version=0.0.4"));
  CHECK(response.body.find("vitrine_http_requests_in_flight") != std::string::npos);
}

TEST_CASE("the admin port has nothing else", "[api][ops]") {
  telemetry::Metrics metrics({});
  OpsApplication ops(
      metrics, [] { return kWell; }, "https://v.example.com");
  CHECK(answer_to(ops, {.path = "/v1/shares"}).status == 404);
  const auto posted = answer_to(ops, {.method = http::Method::post, .path = "/livez"});
  CHECK(posted.status == 405);
  CHECK(header(posted, "Allow") == "GET, HEAD");
}

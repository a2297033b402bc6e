#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "api/cors.hpp"
#include "api/http/server.hpp"
#include "api/key_rate.hpp"
#include "api/routes.hpp"
#include "api/use_cases.hpp"
#include "service/ip_address.hpp"

namespace vitrine::api {

struct DispatcherOptions {
  std::string public_url;  // without trailing slash; begins the `type` of every problem
  std::vector<std::string> cors_origins;
  std::vector<IpNetwork> trusted_proxies = {};  // whose X-Forwarded-For is believed
  int key_rate_per_minute = 0;                  // 0: as many as it likes
};

// The public port: finds the route, judges the head, authenticates, calls the handler, and turns
// whatever comes of it into an answer. Holds the only catch ladder of `api`. Everything handed in
// must outlive it. Thread-safe.
class Dispatcher final : public http::Application {
 public:
  // `database` runs what may wait for SQL, `files` what reads media.
  Dispatcher(DispatcherOptions options, UseCases use_cases, WorkerPool& database, WorkerPool& files,
             telemetry::Metrics& metrics, RouteTable table = routes());

  Admission admit(const http::RequestHead& head) override;
  void handle(http::Request request, http::Reply reply) override;
  http::Response refuse(core::ErrorCode code, std::string_view detail,
                        const http::RequestHead* head) override;

 private:
  struct Exchange;

  void run(const std::shared_ptr<Exchange>& exchange);
  void prepare(Exchange& exchange);
  void finish(Exchange& exchange, http::Response response);
  void fail(Exchange& exchange, std::exception_ptr failure);
  http::Response problem(std::exception_ptr failure, std::string_view request_id,
                         std::string_view operation) const;
  const Route* route_of(const http::RequestHead* head) const;
  std::string allow_of(const http::RequestHead* head) const;
  http::Response options_answer(const http::RequestHead& head) const;
  http::Response refusal(std::exception_ptr failure, const http::RequestHead* head);

  DispatcherOptions options_;
  Cors cors_;
  KeyRate key_rate_;
  Services services_;
  WorkerPool& database_;
  RouteTable table_;
};

}  // namespace vitrine::api

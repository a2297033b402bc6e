#include "api/access_log.hpp"

#include <cstdint>

#include "service/telemetry/log.hpp"

namespace vitrine::api {

using telemetry::Level;

void log_request(const ServedRequest& served) {
  const double duration_ms = std::chrono::duration<double, std::milli>(served.took).count();
  telemetry::log(Level::info, "http_request",
                 {{"operation", served.operation},
                  {"method", served.method},
                  {"route", served.route},
                  {"status", std::int64_t{served.status}},
                  {"duration_ms", duration_ms},
                  {"request_id", served.request_id},
                  {"workspace", served.workspace},
                  {"peer", served.peer}});
}

void log_unexpected(std::string_view request_id, std::string_view operation,
                    std::string_view what) {
  telemetry::log(Level::error, "unexpected_exception",
                 {{"request_id", request_id}, {"operation", operation}, {"what", what}});
}

}  // namespace vitrine::api

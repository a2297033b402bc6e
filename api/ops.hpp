#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "api/http/server.hpp"

namespace vitrine {
namespace telemetry {
class Metrics;
}
}  // namespace vitrine

namespace vitrine::api {

struct Health {
  bool started;
  bool draining;
  std::string fault;  // empty, or a sentence that says what is missing
};

// The pages of the admin port, for `vitrine routes`.
struct AdminPage {
  std::string_view path;
  std::string_view operation_id;
};
std::span<const AdminPage> admin_pages();

// The admin port: /livez, /readyz, /startupz, /metrics. For operators only; it asks for no
// credential, so it belongs on a private address. Thread-safe.
class OpsApplication final : public http::Application {
 public:
  // `health` is asked by each probe on a reactor thread: it must not block. `public_url` begins the
  // `type` of problems.
  OpsApplication(telemetry::Metrics& metrics, std::function<Health()> health,
                 std::string public_url = {});

  Admission admit(const http::RequestHead& head) override;
  void handle(http::Request request, http::Reply reply) override;
  http::Response refuse(core::ErrorCode code, std::string_view detail,
                        const http::RequestHead* head) override;

 private:
  http::Response answer(std::size_t page) const;

  telemetry::Metrics& metrics_;
  std::function<Health()> health_;
  std::string public_url_;
};

}  // namespace vitrine::api

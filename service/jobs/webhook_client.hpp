#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/jobs/webhook_url.hpp"

namespace vitrine::jobs {

struct WebhookRequest {
  std::string url;
  std::vector<std::string> fields;  // `name: value`
  std::string body;
};

struct WebhookAnswer {
  int status = 0;          // 0: none came
  std::string fault = {};  // a sentence; empty when there was a complete answer
  bool timed_out = false;
  std::optional<std::string> retry_after = {};  // the field, as it came
  std::string body = {};                        // its first 16 KiB, as they came
  std::chrono::milliseconds took{0};
};

// Posts webhooks to whatever server a caller has named, many at once on one thread. It connects to
// public addresses only, judged when the socket is opened, so that a name cannot lead elsewhere
// between the look and the leap. It follows no redirect, uses no proxy, keeps no cookie, and is
// kept busy by no answer: not by a long one, a slow one, or one without end. Thread-safe.
class WebhookClient {
 public:
  struct Options {
    Destinations destinations = Destinations::public_https;
    std::chrono::milliseconds connect_timeout{5'000};  // with the name's resolution and TLS
    std::chrono::milliseconds timeout{15'000};         // of the whole exchange
    std::string ca_file = {};  // certificates to trust, in PEM; empty: the system's
  };

  // Called once on the client's own thread. It must neither block nor throw.
  using Done = std::function<void(WebhookAnswer)>;

  explicit WebhookClient(Options options);
  ~WebhookClient();  // stop()

  void post(WebhookRequest request, Done done);

  // Abandons what is in flight: none is done after this has returned.
  void stop();

 private:
  class Driver;
  std::unique_ptr<Driver> driver_;
};

}  // namespace vitrine::jobs

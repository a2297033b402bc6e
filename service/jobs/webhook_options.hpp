#pragma once

#include <chrono>
#include <string>

#include "service/core/retry_schedule.hpp"
#include "service/jobs/webhook_url.hpp"

namespace vitrine::jobs {

struct WebhookOptions {
  Destinations destinations = Destinations::public_https;
  core::RetrySchedule schedule = core::RetrySchedule();
  // Of one attempt. A delivery whose sender died is sent again after four times as long.
  std::chrono::seconds timeout{15};
  std::string ca_file = {};  // certificates to trust, in PEM; empty: the system's
};

}  // namespace vitrine::jobs

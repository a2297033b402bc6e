#pragma once

#include <string>
#include <string_view>

namespace vitrine::jobs {

// Where we let callers send us.
enum class Destinations {
  public_https,  // https, to the internet, to port 443 or 8443
  any,           // also http, any port and our own network: for development
};

struct WebhookUrlReading {
  std::string url;    // with the host as the DNS has it
  std::string fault;  // empty, or a sentence that tells how to mend it
};

// A URL to post webhooks to. An address instead of a name is judged at once, however it is spelled;
// what a name leads to is judged whenever it is connected to. Pure.
WebhookUrlReading read_webhook_url(std::string_view text, Destinations destinations);

}  // namespace vitrine::jobs

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/retry_schedule.hpp"
#include "service/ip_address.hpp"
#include "service/jobs/mailer.hpp"
#include "service/jobs/webhook_options.hpp"

namespace vitrine::app {

struct Endpoint {
  std::string host;  // an IPv6 address without its brackets
  std::uint16_t port;
};

// `host:port`, with brackets around an IPv6 address.
std::string to_text(const Endpoint& endpoint);

// The effective configuration of the service. Times are in the unit their type says.
struct Config {
  Endpoint listen{"127.0.0.1", 8080};
  Endpoint admin_listen{"127.0.0.1", 9090};
  std::string database_url;       // secret
  std::string database_read_url;  // secret; empty: the primary answers everything
  int database_pool_size = 8;
  std::string link_url_template;  // holds {token}
  std::string public_url;         // without trailing slash
  bool allow_insecure_links = false;
  std::string link_keys_file;
  std::string media_store;  // "local:/dir"
  std::chrono::seconds media_url_lifetime{300};
  std::chrono::seconds session_lifetime{600};  // of a viewing session, from one resolve to the next
  std::vector<std::string> cors_origins;   // exact origins; empty: no cross-origin browser access
  std::vector<IpNetwork> trusted_proxies;  // whose X-Forwarded-For is believed
  int key_rate_per_minute = 6000;          // requests of one API key; 0: as many as it likes
  int threads = 2;                         // reactor threads
  int resolver_threads = 1;                // that read links, each in a session of its own
  std::chrono::milliseconds drain_delay{0};
  std::chrono::milliseconds drain_timeout{20'000};
  std::string log_level = "info";
  jobs::WebhookOptions webhooks;
  std::chrono::days event_retention{90};  // of events, deliveries and mails that are done with
  jobs::SmtpServer smtp_server;           // secret; without a host no mail is sent
  jobs::Mailbox mail_from;
  std::string mail_templates;  // a folder, or none
  core::RetrySchedule mail_schedule{jobs::MailOptions::standard()};
};

// A configuration that cannot be used; what() lists every fault, one line each, and how to mend it.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One row per setting: the only place that names it. `vitrine serve --check-config`, its help, the
// README's table and the reader all come from it.
struct Setting {
  std::string_view name;          // VITRINE_LISTEN
  std::string_view default_text;  // empty: there is none
  std::string_view meaning;
  bool required;  // by `vitrine serve`
  bool secret;    // redacted; may also come as NAME_FILE
  // Puts the text into the configuration, or says what the value must be instead.
  std::optional<std::string> (*read)(std::string_view text, Config& config);
  std::string (*show)(const Config& config);
};
const std::vector<Setting>& settings();

// Reads the environment. A variable that is set but empty counts as absent; unknown VITRINE_
// variables are faults. Throws ConfigError.
Config read_config(const char* const* environment);

// Reads these settings alone, each of which must be given or have a default: for commands that
// need no more. Throws ConfigError.
Config read_config(const char* const* environment, const std::vector<std::string_view>& names);

// The effective values, `NAME=value` per line, secrets redacted.
std::string describe(const Config& config);

}  // namespace vitrine::app

#include <algorithm>
#include <fstream>
#include <utility>

#include "app/setting_rows.hpp"

namespace vitrine::app {

Fault read_switch(std::string_view text, bool& target) {
  if (text != "true" && text != "false")
    return "must be true or false";
  target = text == "true";
  return std::nullopt;
}

Fault read_certificates(std::string_view text, std::string& target) {
  target = text;
  if (!std::ifstream(target).good())
    return "must be a file of certificates in PEM that can be read";
  return std::nullopt;
}

std::string show_switch(bool on) { return on ? "true" : "false"; }

namespace {

constexpr long kMaxDelaySeconds = 7 * 86'400;
constexpr std::size_t kMaxAttempts = 50;

Fault read_private_webhooks(std::string_view text, Config& config) {
  bool allowed = false;
  Fault fault = read_switch(text, allowed);
  config.webhooks.destinations =
      allowed ? jobs::Destinations::any : jobs::Destinations::public_https;
  return fault;
}

std::string show_private_webhooks(const Config& config) {
  return show_switch(config.webhooks.destinations == jobs::Destinations::any);
}

Fault read_webhook_ca_file(std::string_view text, Config& config) {
  return read_certificates(text, config.webhooks.ca_file);
}

std::vector<Setting> webhook_settings() {
  using Text = std::string_view;
  return {
      {"VITRINE_ALLOW_PRIVATE_WEBHOOKS", "false",
       "permits webhooks to http:// URLs, any port and private addresses, for development only",
       false, false, read_private_webhooks, show_private_webhooks},
      {"VITRINE_WEBHOOK_TIMEOUT_SECONDS", "15", "an attempt may take so long, 1 to 30", false,
       false,
       [](Text text, Config& config) { return read_number(text, 1, 30, config.webhooks.timeout); },
       [](const Config& config) { return show_number(config.webhooks.timeout); }},
      {"VITRINE_WEBHOOK_RETRY_SCHEDULE", "0,5,300,1800,7200,18000,36000,50400,72000,86400",
       "seconds before each attempt of a delivery, separated by commas", false, false,
       [](Text text, Config& config) { return read_schedule(text, config.webhooks.schedule); },
       [](const Config& config) { return show_schedule(config.webhooks.schedule); }},
      {"VITRINE_WEBHOOK_CA_FILE", "",
       "certificates that webhooks trust instead of the system's, in PEM", false, false,
       read_webhook_ca_file, [](const Config& config) { return config.webhooks.ca_file; }},
  };
}

}  // namespace

Fault read_schedule(std::string_view text, core::RetrySchedule& schedule) {
  core::RetrySchedule::Delays delays;
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto seconds = number_in<long>(text.substr(0, comma), 0, kMaxDelaySeconds);
    if (!seconds || delays.size() == kMaxAttempts) {
      return "must be the seconds before each attempt, separated by commas: 1 to 50 numbers, each "
             "up to 604800";
    }
    delays.emplace_back(*seconds);
    if (comma == text.size()) {
      schedule = core::RetrySchedule(std::move(delays));
      return std::nullopt;
    }
    text.remove_prefix(comma + 1);
  }
}

std::string show_schedule(const core::RetrySchedule& schedule) {
  std::string shown;
  for (const std::chrono::seconds delay : schedule.delays()) {
    shown.append(shown.empty() ? "" : ",").append(std::to_string(delay.count()));
  }
  return shown;
}

std::vector<Setting> with_job_settings(std::vector<Setting> table) {
  const std::vector<Setting> rows = {
      number<&Config::event_retention, 1, 36'500>(
          "VITRINE_EVENT_RETENTION_DAYS", "90",
          "events, and what became of their deliveries and mails, are kept so long, 1 to 36500"),
  };
  table.insert(table.end(), rows.begin(), rows.end());
  const std::vector<Setting> webhooks = webhook_settings();
  table.insert(table.end(), webhooks.begin(), webhooks.end());
  const std::vector<Setting> mail = mail_settings();
  table.insert(table.end(), mail.begin(), mail.end());
  return table;
}

}  // namespace vitrine::app

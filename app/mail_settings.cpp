#include <stdexcept>

#include "app/setting_rows.hpp"
#include "service/jobs/mail_template.hpp"

namespace vitrine::app {

namespace {

Fault read_smtp_url(std::string_view text, Config& config) {
  try {
    const std::string ca_file = config.smtp_server.ca_file;
    config.smtp_server = jobs::read_smtp_url(text);
    config.smtp_server.ca_file = ca_file;
    return std::nullopt;
  } catch (const std::invalid_argument& fault) {
    return fault.what();
  }
}

Fault read_ca_file(std::string_view text, Config& config) {
  return read_certificates(text, config.smtp_server.ca_file);
}

Fault read_from(std::string_view text, Config& config) {
  auto mailbox = jobs::read_mailbox(text);
  if (!mailbox)
    return "must be an address or a name and an address, for example Vitrine <share@example.com>";
  config.mail_from = *std::move(mailbox);
  return std::nullopt;
}

std::string show_from(const Config& config) {
  const auto& [name, address] = config.mail_from;
  return name.empty() ? address : name + " <" + address + ">";
}

Fault read_templates(std::string_view text, Config& config) {
  try {
    config.mail_templates = text;
    const jobs::MailTemplates all(config.mail_templates);
    return std::nullopt;
  } catch (const std::invalid_argument& fault) {
    return std::string("names a folder in which ") + fault.what();
  }
}

}  // namespace

std::vector<Setting> mail_settings() {
  return {
      {"VITRINE_SMTP_URL", "",
       "the mail server: smtp://user:password@host:587, or smtps://; none: no mail is sent", false,
       true, read_smtp_url, [](const Config& config) { return config.smtp_server.host; }},
      {"VITRINE_SMTP_CA_FILE", "",
       "certificates to trust of the mail server, in PEM, instead of the system's", false, false,
       read_ca_file, [](const Config& config) { return config.smtp_server.ca_file; }},
      {"VITRINE_MAIL_FROM", "", "who sends the mails: Vitrine <share@example.com>", false, false,
       read_from, show_from},
      {"VITRINE_MAIL_TEMPLATES", "", "a folder with templates of your own", false, false,
       read_templates, [](const Config& config) { return config.mail_templates; }},
      {"VITRINE_MAIL_RETRY_SCHEDULE", "0,60,300,900,3600,14400,43200,86400",
       "seconds before each attempt to send a mail, separated by commas", false, false,
       [](std::string_view text, Config& config) {
         return read_schedule(text, config.mail_schedule);
       },
       [](const Config& config) { return show_schedule(config.mail_schedule); }},
  };
}

Fault fault_of_mail(const Config& config) {
  if (!config.smtp_server.host.empty() && config.mail_from.address.empty())
    return "is not set, and VITRINE_SMTP_URL is; it is who sends the mails, for example Vitrine "
           "<share@example.com>";
  return std::nullopt;
}

}  // namespace vitrine::app

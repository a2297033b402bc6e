#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "app/application.hpp"
#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/signals.hpp"
#include "service/telemetry/log.hpp"
#include "service/telemetry/version.hpp"

namespace vitrine::app {

namespace {

using std::chrono::milliseconds;
using telemetry::Level;

// How long the threads may take to end once nothing is in flight or the drain timed out.
constexpr std::chrono::seconds kStopPatience{10};
constexpr milliseconds kStartPoll{50};

Level level_of(const std::string& name) {
  if (name == "debug")
    return Level::debug;
  if (name == "warning")
    return Level::warning;
  return name == "error" ? Level::error : Level::info;
}

// Writes what is queued however the command ends.
struct LogSession {
  explicit LogSession(const Config& config) { telemetry::start_log(level_of(config.log_level)); }
  ~LogSession() { telemetry::stop_log(); }
  LogSession(const LogSession&) = delete;
  LogSession& operator=(const LogSession&) = delete;
};

bool ends_the_process(int signal) {
  if (signal != SIGHUP)
    return true;
  telemetry::log(Level::warning, "reload_ignored",
                 {{"detail", std::string_view("settings and keys are read at start: restart")}});
  return false;
}

// False when a signal came first.
bool become_ready(Application& application, const Signals& signals, const Console& console) {
  bool told = false;
  const auto began = std::chrono::steady_clock::now();
  while (!application.try_serve()) {
    if (const auto signal = signals.wait(kStartPoll); signal && ends_the_process(*signal)) {
      return false;
    }
    if (!told && std::chrono::steady_clock::now() - began > std::chrono::seconds(1)) {
      console.err << "vitrine: waiting for the database; trying again until it is there"
                  << std::endl;
      told = true;
    }
  }
  return true;
}

void tell_ready(const Application& application, const Console& console) {
  const auto served = application.address();
  const std::string address = served ? to_text(*served) : "";
  const std::string admin = to_text(application.admin_address());
  telemetry::log(Level::info, "ready",
                 {{"version", telemetry::version()},
                  {"listen", std::string_view(address)},
                  {"admin_listen", std::string_view(admin)}});
  console.err << "vitrine: " << (served ? "ready at http://" + address : "doing the jobs")
              << ", health and metrics at http://" << admin << std::endl;
}

void leave(Application& application, const Config& config, const Signals& signals) {
  signals.end_at_once_after(
      std::chrono::ceil<std::chrono::seconds>(config.drain_delay + config.drain_timeout) +
      kStopPatience);
  application.announce_leaving();
  telemetry::log(Level::info, "draining", {});
  std::this_thread::sleep_for(config.drain_delay);
  const std::size_t unfinished = application.drain(config.drain_timeout);
  application.stop();
  telemetry::log(unfinished == 0 ? Level::info : Level::warning, "stopped",
                 {{"unfinished_requests", static_cast<std::int64_t>(unfinished)}});
}

int serve(const Console& console, Role role) {
  const Signals signals;
  const Config config = read_config(console.environment);
  const LogSession log(config);
  Application application(config, role);
  application.start();
  if (become_ready(application, signals, console)) {
    tell_ready(application, console);
    while (!ends_the_process(signals.wait())) continue;
  }
  leave(application, config, signals);
  return 0;
}

int check_config(const Console& console) {
  const Config config = read_config(console.environment);
  console.out << describe(config);
  const Application built(config);  // finds faults of the link keys and the media store
  console.err << "vitrine: this configuration can be used\n";
  return 0;
}

std::string settings_help() {
  std::string help = "Settings, from the environment (a secret also from a file, NAME_FILE):\n";
  for (const Setting& setting : settings()) {
    help.append("  ").append(setting.name).append("  ").append(setting.meaning);
    if (setting.required)
      help += " (required)";
    if (!setting.default_text.empty())
      help.append(" [").append(setting.default_text).append("]");
    help += '\n';
  }
  return help;
}

}  // namespace

void add_serve(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const command = program.add_subcommand("serve", "Serve the API until SIGTERM");
  command->footer(settings_help());
  const auto check = std::make_shared<bool>(false);
  command->add_flag("--check-config", *check, "Print the effective settings, check them and exit");
  const auto jobs_only = std::make_shared<bool>(false);
  const auto no_jobs = std::make_shared<bool>(false);
  CLI::Option* const only = command->add_flag(
      "--jobs-only", *jobs_only, "Sweep, publish events, send mails and webhooks; serve no API");
  command->add_flag("--no-jobs", *no_jobs, "Serve the API; leave the jobs to other processes")
      ->excludes(only);
  command->callback([&console, &chosen, check, jobs_only, no_jobs] {
    const Role role = *jobs_only ? Role::jobs : *no_jobs ? Role::api : Role::both;
    chosen = [&console, check, role] {
      return *check ? check_config(console) : serve(console, role);
    };
  });
}

}  // namespace vitrine::app

#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/operator_pool.hpp"
#include "app/config.hpp"
#include "service/jobs/publisher.hpp"
#include "service/jobs/sweeper.hpp"

namespace vitrine::app {

namespace {

int sweep(const Console& console) {
  const Config config =
      read_config(console.environment, {"VITRINE_DATABASE_URL", "VITRINE_EVENT_RETENTION_DAYS"});
  store::Pool pool = operator_pool(console.environment);
  jobs::Sweeper sweeper(pool, {config.event_retention});
  jobs::Publisher publisher(pool);
  sweeper.sweep_all();
  while (publisher.publish()) {
  }
  const auto swept = sweeper.stats();
  const auto published = publisher.stats();
  console.out << "recorded " << swept.starts_total << " starts and " << swept.ends_total
              << " ends, put down " << swept.reminders_total << " reminders, removed "
              << swept.forgotten_total << " dead shares and " << swept.purged_total
              << " other rows, published " << published.events_total << " events\n";
  return 0;
}

}  // namespace

void add_sweep(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const command = program.add_subcommand(
      "sweep",
      "Record what has started, ended or is to be removed; `vitrine serve` does so itself");
  const auto once = std::make_shared<bool>(false);
  command->add_flag("--once", *once, "Do what is due now, and exit: for cron")->required();
  command->callback([&console, &chosen] { chosen = [&console] { return sweep(console); }; });
}

}  // namespace vitrine::app

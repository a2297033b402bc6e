#include <CLI/CLI.hpp>
#include <string>

#include "app/commands/commands.hpp"
#include "app/commands/operator_pool.hpp"
#include "service/store/migrations.hpp"

namespace vitrine::app {

void add_migrate(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const command =
      program.add_subcommand("migrate", "Bring the database schema up to date; safe to repeat");
  command->callback([&console, &chosen] {
    chosen = [&console] {
      store::Pool pool = operator_pool(console.environment);
      store::migrate(pool, [&](const std::string& step) { console.out << step << std::endl; });
      return 0;
    };
  });
}

}  // namespace vitrine::app

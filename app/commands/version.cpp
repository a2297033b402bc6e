#include "service/telemetry/version.hpp"

#include <CLI/CLI.hpp>

#include "app/commands/commands.hpp"

namespace vitrine::app {

void add_version(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const command = program.add_subcommand("version", "Print the version");
  command->callback([&console, &chosen] {
    chosen = [&console] {
      console.out << "vitrine " << telemetry::version() << '\n';
      return 0;
    };
  });
}

}  // namespace vitrine::app

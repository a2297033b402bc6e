#include "api/routes.hpp"

#include <CLI/CLI.hpp>

#include "app/commands/commands.hpp"

namespace vitrine::app {

void add_routes(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const command =
      program.add_subcommand("routes", "Print method, path, operation and access of every route");
  command->callback([&console, &chosen] {
    chosen = [&console] {
      console.out << api::describe_routes();
      return 0;
    };
  });
}

}  // namespace vitrine::app

#include "app/commands/program.hpp"

#include <CLI/CLI.hpp>
#include <stdexcept>

#include "app/commands/commands.hpp"
#include "app/config.hpp"
#include "app/operator_error.hpp"

namespace vitrine::app {

namespace {

constexpr int kFailed = 1;
constexpr int kMisused = 2;

int run(const Action& action, const Console& console) {
  try {
    return action();
  } catch (const ConfigError& error) {
    console.err << "vitrine: this configuration cannot be used:\n" << error.what() << '\n';
  } catch (const std::exception& error) {
    console.err << "vitrine: " << reason_of(error) << '\n';
  }
  return kFailed;
}

}  // namespace

int run_program(int argc, const char* const* argv, const Console& console) {
  CLI::App program("Vitrine shares recordings by links that expire and can be revoked.", "vitrine");
  program.require_subcommand(1);
  Action chosen;
  for (const auto add : {add_serve, add_migrate, add_sweep, add_workspace, add_key, add_link_keys,
                         add_routes, add_healthcheck, add_version}) {
    add(program, console, chosen);
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& stopped) {
    // Asking for help ends the parsing too, but is no misuse.
    return program.exit(stopped, console.out, console.err) == 0 ? 0 : kMisused;
  }
  return run(chosen, console);
}

}  // namespace vitrine::app

#pragma once

#include <functional>

#include "app/commands/program.hpp"

namespace CLI {
class App;
}

namespace vitrine::app {

// What was asked for on the command line, ready to run; gives the exit code. May throw whatever
// has a sentence for the operator in what().
using Action = std::function<int()>;

// Each declares one command, or one family of them. When its arguments are parsed, `chosen` becomes
// what to run. `program`, `console` and `chosen` must outlive the parsing.
void add_serve(CLI::App& program, const Console& console, Action& chosen);
void add_migrate(CLI::App& program, const Console& console, Action& chosen);
void add_sweep(CLI::App& program, const Console& console, Action& chosen);
void add_workspace(CLI::App& program, const Console& console, Action& chosen);
void add_issuer(CLI::App& workspace_family, const Console& console, Action& chosen);
void add_key(CLI::App& program, const Console& console, Action& chosen);
void add_link_keys(CLI::App& program, const Console& console, Action& chosen);
void add_routes(CLI::App& program, const Console& console, Action& chosen);
void add_healthcheck(CLI::App& program, const Console& console, Action& chosen);
void add_version(CLI::App& program, const Console& console, Action& chosen);

}  // namespace vitrine::app

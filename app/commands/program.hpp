#pragma once

#include <ostream>

namespace vitrine::app {

// What a command may use of the process it runs in.
struct Console {
  const char* const* environment;
  std::ostream& out;  // what was asked for
  std::ostream& err;  // what a person should know beside it
};

// Runs the command that the arguments name. The exit code: 0 done, 1 it could not be done and a
// sentence on `err` says why, 2 the arguments make no sense.
int run_program(int argc, const char* const* argv, const Console& console);

}  // namespace vitrine::app

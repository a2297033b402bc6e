#include <unistd.h>

#include <iostream>

#include "app/commands/program.hpp"

int main(int argc, char** argv) {
  const vitrine::app::Console console{environ, std::cout, std::cerr};
  try {
    return vitrine::app::run_program(argc, argv, console);
  } catch (...) {
    std::cerr << "vitrine: stopped by a fault that has no name\n";
    return 1;
  }
}

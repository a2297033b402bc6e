#pragma once

#include <CLI/CLI.hpp>

namespace vitrine::app {

// What people call a thing: UTF-8 without control characters, so that every list of such names can
// be shown on a terminal.
CLI::Validator readable_name();

}  // namespace vitrine::app

#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "service/core/ids.hpp"

namespace vitrine::app {

// What people call a thing: UTF-8 without control characters, so that every list of such names can
// be shown on a terminal.
CLI::Validator readable_name();

// Throws OperatorError.
core::WorkspaceId workspace_of(const std::string& text);

}  // namespace vitrine::app

#pragma once

#include <string>

#include "app/operator_error.hpp"

namespace vitrine::app {

// The content of a file that holds a secret. Throws OperatorError when it cannot be read, is larger
// than 64 KiB, or when every user of the machine may read or change it.
std::string read_secret_file(const std::string& path);

// The same for a file that everyone may read, such as one of public keys.
std::string read_public_file(const std::string& path);

}  // namespace vitrine::app

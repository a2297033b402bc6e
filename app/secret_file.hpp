#pragma once

#include <stdexcept>
#include <string>

namespace vitrine::app {

// A sentence for the operator: what is wrong, and what to do about it. Never holds a secret.
struct OperatorError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The content of a file that holds a secret. Throws OperatorError when it cannot be read, is larger
// than 64 KiB, or when every user of the machine may read or change it.
std::string read_secret_file(const std::string& path);

}  // namespace vitrine::app

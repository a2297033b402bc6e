#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace vitrine::app {

// A sentence for the operator: what is wrong, and what to do about it. Never holds a secret.
struct OperatorError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What an exception and those nested in it say, on one line. For operators only: a nested one may
// name hosts and users, which no client may see.
std::string reason_of(const std::exception& error);

}  // namespace vitrine::app

#pragma once

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/core/error.hpp"

namespace vitrine::api {

// The error that `body` ends with. Failing to end with one fails the test.
template <class Body>
core::Error failure_of(Body body) {
  std::optional<core::Error> failure;
  try {
    body();
  } catch (const core::Error& error) {
    failure = error;
  }
  REQUIRE(failure.has_value());
  return *std::move(failure);
}

// `pointer code`, one for each violation.
inline std::vector<std::string> faults_of(const core::Error& error) {
  std::vector<std::string> faults;
  for (const core::Violation& violation : error.violations()) {
    faults.push_back(violation.pointer + ' ' + violation.code);
  }
  return faults;
}

using Faulty = std::vector<std::string>;

}  // namespace vitrine::api

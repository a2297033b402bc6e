#include "app/operator_error.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "service/core/error.hpp"

using vitrine::app::reason_of;

TEST_CASE("a reason stands on one line, with what lies beneath it") {
  try {
    try {
      throw std::runtime_error("connection failed\n\tIs the server running?\n");
    } catch (const std::exception&) {
      std::throw_with_nested(std::runtime_error("The database cannot be used."));
    }
  } catch (const std::exception& error) {
    CHECK(reason_of(error) ==
          "The database cannot be used. (connection failed Is the server running?)");
  }
}

TEST_CASE("a refused document tells every fault") {
  const vitrine::core::Error error(
      {{"/name", "required", "Give it a name."}, {"/size", "out_of_range", "Make it smaller."}});
  CHECK(reason_of(error).ends_with("Give it a name. Make it smaller."));
}

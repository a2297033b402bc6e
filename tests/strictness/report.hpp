#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/strictness/reader.hpp"
#include "tests/strictness/trial.hpp"
#include "tests/strictness/writer.hpp"

namespace vitrine::strictness {

struct Report {
  std::string json;  // one line
  long violations = 0;
};

// Judges what the readers saw of each link by what the writers did to it.
Report report(Trial& trial, const std::vector<std::unique_ptr<Reader>>& readers,
              const std::vector<std::unique_ptr<Writer>>& writers, double seconds);

}  // namespace vitrine::strictness

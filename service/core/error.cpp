#include "service/core/error.hpp"

namespace vitrine::core {

Error::Error(std::vector<Violation> violations)
    : std::runtime_error(violations.size() == 1
                             ? "The request has a fault; see errors."
                             : "The request has " + std::to_string(violations.size()) +
                                   " faults; see errors."),
      code_(ErrorCode::validation_failed),
      violations_(std::move(violations)) {}

Error&& Error::with(std::string name, std::string value) && {
  members_.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Error&& Error::retry_after(std::chrono::seconds delay) && {
  retry_after_ = delay;
  return std::move(*this);
}

}  // namespace vitrine::core

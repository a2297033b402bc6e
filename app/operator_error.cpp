#include "app/operator_error.hpp"

#include <algorithm>
#include <string_view>

#include "service/core/error.hpp"

namespace vitrine::app {

namespace {

// libpq ends its messages with a line feed and indents advice on further lines.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string reason_of(const std::exception& error) {
  std::string reason = on_one_line(error.what());
  if (const auto* const refused = dynamic_cast<const core::Error*>(&error)) {
    for (const core::Violation& violation : refused->violations()) {
      reason += ' ' + on_one_line(violation.detail);
    }
  }
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& cause) {
    reason += " (" + reason_of(cause) + ')';
  }
  return reason;
}

}  // namespace vitrine::app

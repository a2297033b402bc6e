#include "app/commands/arguments.hpp"

#include <algorithm>
#include <string>

#include "app/operator_error.hpp"
#include "service/core/utf8.hpp"

namespace vitrine::app {

CLI::Validator readable_name() {
  return {[](const std::string& text) -> std::string {
            const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
            if (text.empty())
              return "a name is needed";
            if (!core::is_utf8(text))
              return "the name is not UTF-8";
            const bool odd = std::any_of(text.begin(), text.end(), control);
            return odd ? "the name holds a control character" : "";
          },
          "NAME"};
}

core::WorkspaceId workspace_of(const std::string& text) {
  const auto id = core::WorkspaceId::parse(text);
  if (!id)
    throw OperatorError("'" + text + "' is no workspace id; see: vitrine workspace list");
  return *id;
}

}  // namespace vitrine::app

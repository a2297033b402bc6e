#include "service/core/webhook.hpp"

#include <algorithm>

#include "service/core/utf8.hpp"

namespace vitrine::core {
namespace {

constexpr std::size_t kMaxShown = 1024;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// In the order of their enums.
constexpr std::array<std::string_view, 3> kReasons = {"owner", "gone", "failing"};
constexpr std::array<std::string_view, 3> kStates = {"pending", "succeeded", "failed"};

template <class Enum>
std::optional<Enum> find(const std::array<std::string_view, 3>& texts, std::string_view text) {
  const auto found = std::ranges::find(texts, text);
  return found == texts.end() ? std::nullopt
                              : std::optional(static_cast<Enum>(found - texts.begin()));
}

}  // namespace

std::string_view to_text(DisabledReason reason) {
  return kReasons.at(static_cast<std::size_t>(reason));
}
std::optional<DisabledReason> disabled_reason(std::string_view text) {
  return find<DisabledReason>(kReasons, text);
}

std::string_view to_text(DeliveryState state) {
  return kStates.at(static_cast<std::size_t>(state));
}
std::optional<DeliveryState> delivery_state(std::string_view text) {
  return find<DeliveryState>(kStates, text);
}

std::string shown_text(std::string_view body) {
  const bool cut = body.size() > kMaxShown;
  std::string_view rest = body.substr(0, kMaxShown);
  std::string shown;
  while (!rest.empty()) {
    const auto point = first_code_point(rest);
    if (!point && cut && rest.size() < 4) {
      break;  // a character that was cut in two
    }
    const std::string_view character = rest.substr(0, point ? point->length : 1);
    if (!point) {
      shown += kReplacement;
    } else if (character == "\n") {
      shown += '\n';
    } else {
      shown += has_control(character) ? " " : character;
    }
    rest.remove_prefix(character.size());
  }
  return shown;
}

}  // namespace vitrine::core

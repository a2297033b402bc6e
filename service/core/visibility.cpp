#include "service/core/visibility.hpp"

namespace vitrine::core {

std::string_view to_text(PanelKind kind) { return to_text(flag_of(kind)); }

std::optional<PanelKind> panel_kind(std::string_view text) {
  for (const PanelKind kind : kPanelKinds) {
    if (to_text(kind) == text) {
      return kind;
    }
  }
  return std::nullopt;
}

std::string_view to_text(Flag flag) {
  switch (flag) {
    case Flag::transcript:
      return "transcript";
    case Flag::summary:
      return "summary";
    case Flag::notes:
      return "notes";
    case Flag::comments:
      return "comments";
    case Flag::console:
      return "console";
    case Flag::network:
      return "network";
    case Flag::actions:
      return "actions";
    case Flag::info:
      return "info";
    case Flag::download:
      return "download";
  }
  return "";
}

std::optional<Flag> visibility_flag(std::string_view text) {
  for (const Flag flag : kFlags) {
    if (to_text(flag) == text) {
      return flag;
    }
  }
  return std::nullopt;
}

Flag flag_of(PanelKind kind) {
  switch (kind) {
    case PanelKind::transcript:
      return Flag::transcript;
    case PanelKind::summary:
      return Flag::summary;
    case PanelKind::notes:
      return Flag::notes;
    case PanelKind::console:
      return Flag::console;
    case PanelKind::network:
      return Flag::network;
    case PanelKind::actions:
      return Flag::actions;
    case PanelKind::info:
      break;
  }
  return Flag::info;
}

}  // namespace vitrine::core

#include "api/panel_document.hpp"

#include <optional>
#include <string>

namespace vitrine::api {
namespace {

enum class ConsoleLevel { known };

std::optional<ConsoleLevel> console_level(std::string_view text) {
  for (const std::string_view level : {"error", "warn", "info", "debug", "log"}) {
    if (text == level) {
      return ConsoleLevel::known;
    }
  }
  return std::nullopt;
}

void check_segment(ObjectReader& segment) {
  const auto start = segment.integer("start_ms", Need::required);
  const auto end = segment.integer("end_ms", Need::required);
  if (start && end && *end < *start) {
    segment.refuse("end_ms", "out_of_range", "Must not be before start_ms.");
  }
  segment.string("speaker", Need::nullable);
  segment.string("text", Need::required);
}

void check_console_entry(ObjectReader& entry) {
  entry.integer("at_ms", Need::required);
  entry.parsed<ConsoleLevel>("level", Need::required, console_level,
                             "one of error, warn, info, debug, log");
  entry.string("message", Need::required);
  entry.string("source", Need::nullable);
  entry.string("stack", Need::nullable);
}

void check_network_entry(ObjectReader& entry) {
  entry.integer("at_ms", Need::required);
  entry.string("method", Need::required);
  entry.string("url", Need::required);
  entry.integer("status", Need::nullable, {.min = -kMaxSafeInteger});
  entry.integer("duration_ms", Need::nullable);
  entry.object("request", Need::nullable);
  entry.object("response", Need::nullable);
}

void check_action(ObjectReader& entry) {
  entry.integer("at_ms", Need::required);
  entry.string("type", Need::required);
  entry.string("target", Need::nullable);
  entry.string("value", Need::nullable);
  entry.string("url", Need::nullable);
}

void check_info(ObjectReader& info) {
  for (const std::string_view name : {"link", "project", "domain", "customer_notes"}) {
    info.string(name, Need::nullable);
  }
}

// Checks each object in the array under `name`.
void check_each(ObjectReader& panel, std::string_view name, void (*check)(ObjectReader&)) {
  const Json* list = panel.array(name, Need::required);
  const Place place = panel.place().member(name);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    ObjectReader item((*list)[i], panel.faults(), place.item(i));
    check(item);
  }
}

}  // namespace

void check_panel(core::PanelKind kind, const Json& value, Faults& faults, const Place& place) {
  ObjectReader panel(value, faults, place);
  switch (kind) {
    case core::PanelKind::transcript:
      panel.string("language", Need::nullable);
      check_each(panel, "segments", check_segment);
      break;
    case core::PanelKind::summary:
    case core::PanelKind::notes:
      panel.string("markdown", Need::required);
      break;
    case core::PanelKind::console:
      check_each(panel, "entries", check_console_entry);
      break;
    case core::PanelKind::network:
      check_each(panel, "entries", check_network_entry);
      break;
    case core::PanelKind::actions:
      check_each(panel, "entries", check_action);
      break;
    case core::PanelKind::info:
      check_info(panel);
      break;
  }
}

core::PanelDocument read_panel(core::PanelKind kind, std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  check_panel(kind, document.root(), faults, Place());
  faults.raise();
  return {kind, std::string(body)};
}

}  // namespace vitrine::api

#pragma once

#include <string_view>

#include "api/object_reader.hpp"
#include "service/core/recording.hpp"

// What a panel's document must look like. Members that are not known here are the caller's own and
// kept with the rest.
namespace vitrine::api {

// Adds a fault for everything in `panel` that a viewer could not rely on.
void check_panel(core::PanelKind kind, const Json& panel, Faults& faults, const Place& place);

// The body of putPanel, kept byte for byte. Throws malformed_json or validation_failed.
core::PanelDocument read_panel(core::PanelKind kind, std::string_view body);

}  // namespace vitrine::api

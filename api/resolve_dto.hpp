#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/error.hpp"
#include "service/core/visibility.hpp"
#include "service/resolver/resolver.hpp"

// Resolving as JSON.
namespace vitrine::api {

struct ResolveRequest {
  std::string token;  // not yet known to be genuine
  std::optional<std::vector<core::PanelKind>> include = {};
  std::optional<std::string> passcode = {}, session = {},
                             viewer_token = {};  // not yet known to be right
};

// Throws malformed_json, or validation_failed with every fault.
ResolveRequest read_resolve_request(std::string_view body);

// Panels go out as they were stored, unparsed.
std::string to_json(const ResolvedShare& share);

// The problem for a verdict other than open.
core::Error closed(const Resolution& resolution);

}  // namespace vitrine::api

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "service/core/page.hpp"
#include "service/core/view.hpp"

// Opens of links as JSON.
namespace vitrine::api {

struct OpenRequest {
  std::string token, session;  // not yet known to be genuine
  bool gesture = true;
  std::optional<std::string> user_agent = {}, time_zone = {};  // of the viewer
};

// Throws malformed_json, or validation_failed with every fault.
OpenRequest read_open_request(std::string_view body);

std::string to_json(const core::Page<core::View>& page, const PageScope& scope,
                    const PageTokens& tokens);
std::string erased_json(std::int64_t deleted);

}  // namespace vitrine::api

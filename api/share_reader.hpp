#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/query.hpp"
#include "service/core/share.hpp"

// What callers say about shares. Bodies throw malformed_json, or validation_failed with every
// fault.
namespace vitrine::api {

core::ShareDraft read_share_draft(std::string_view body);

// A JSON merge patch (RFC 7396). `recording_of_share` is asked only when the patch names a
// recording, which is no fault as long as it is the one that the share has.
core::SharePatch read_share_patch(std::string_view body,
                                  const std::function<std::string()>& recording_of_share);

// For operations without a body: nothing, or an object without members.
void require_empty(std::string_view body);

// Whether a change is only to be tried. Throws invalid_parameter for what is neither true nor
// false.
bool validate_only(const Query& query);

}  // namespace vitrine::api

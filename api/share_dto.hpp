#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "api/query.hpp"
#include "service/core/page.hpp"
#include "service/core/share.hpp"
#include "service/link_urls.hpp"

// Shares as JSON. The readers throw malformed_json, or validation_failed with every fault.
namespace vitrine::api {

core::ShareDraft read_share_draft(std::string_view body);

// A JSON merge patch (RFC 7396). `recording_of_share` is asked only when the patch names a
// recording, which is no fault as long as it is the one that the share has.
core::SharePatch read_share_patch(std::string_view body,
                                  const std::function<std::string()>& recording_of_share);

// For operations without a body: nothing, or an object without members.
void require_empty(std::string_view body);

// The filter of listShares. Throws invalid_parameter.
std::optional<core::RecordingId> recording_filter(const Query& query);

std::string to_json(const core::Share& share, const LinkUrls& urls);
std::string to_json(const core::Page<core::Share>& page, const PageScope& scope,
                    const PageTokens& tokens, const LinkUrls& urls);

}  // namespace vitrine::api

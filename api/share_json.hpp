#pragma once

#include <optional>
#include <string>

#include "api/json_writer.hpp"
#include "api/page_token.hpp"
#include "service/core/page.hpp"
#include "service/core/share_change.hpp"
#include "service/core/share_filter.hpp"
#include "service/link_urls.hpp"

// Shares as their owner sees them.
namespace vitrine::api {

void write_share(JsonWriter& json, const core::Share& share, const LinkUrls& urls);

// What a draft or a patch would make, for whoever asks only to validate.
void write_preview(JsonWriter& json, const core::SharePreview& preview);

std::string to_json(const core::Share& share, const LinkUrls& urls);
std::string to_json(const core::SharePreview& preview);
std::string to_json(const core::Page<core::Share>& page,
                    const std::optional<core::ShareTotal>& total, const PageScope& scope,
                    const PageTokens& tokens, const LinkUrls& urls);

}  // namespace vitrine::api

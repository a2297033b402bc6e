#pragma once

#include <span>
#include <string_view>

namespace vitrine::core {

// The content types that a media object may be registered and served under, without parameters and
// in lower case. None of them can run a script in a browser.
std::span<const std::string_view> media_content_types();

bool is_media_content_type(std::string_view text);

}  // namespace vitrine::core

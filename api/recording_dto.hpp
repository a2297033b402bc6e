#pragma once

#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "service/core/page.hpp"
#include "service/core/recording.hpp"

// Recordings as JSON.
namespace vitrine::api {

// The body of putRecording. Throws malformed_json, or validation_failed with every fault.
core::RecordingDraft read_recording_draft(std::string_view body);

// The body of updateRecording: a JSON merge patch (RFC 7396). Panels are read-only here.
core::RecordingPatch read_recording_patch(std::string_view body);

std::string to_json(const core::Recording& recording);
std::string to_json(const core::Page<core::Recording>& page, const PageScope& scope,
                    const PageTokens& tokens);

}  // namespace vitrine::api

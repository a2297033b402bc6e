#pragma once

#include <string_view>

#include "api/http/message.hpp"

namespace vitrine::api {

// Throws unsupported_media_type unless the body is announced as plain JSON in UTF-8:
// `application/json`, with `merge_patch` also `application/merge-patch+json`, no other parameter
// than `charset=utf-8`, and no Content-Encoding but identity.
void require_json(const http::Headers& headers, bool merge_patch);

// Whether the Accept of a request would rather have HTML than JSON: browsers do, programs do not.
bool prefers_html(const http::Headers& headers);

// Whether it would rather have a stream of events than JSON, as an EventSource would.
bool prefers_event_stream(const http::Headers& headers);

}  // namespace vitrine::api

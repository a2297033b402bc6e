#pragma once

#include "api/path.hpp"
#include "service/core/ids.hpp"
#include "service/core/visibility.hpp"

// The ids in a matched path.
namespace vitrine::api {

// Throws invalid_parameter: the id is the caller's own, and this one can never be registered.
core::RecordingId recording_id(const PathValues& path);

// A text that cannot be a share's id stands for one that was never given out, so that it is
// answered exactly as an unknown one.
core::ShareId share_id(const PathValues& path);
core::LinkId link_id(const PathValues& path);        // alike
core::CommentId comment_id(const PathValues& path);  // alike
core::KeyId key_id(const PathValues& path);          // alike
core::WebhookId webhook_id(const PathValues& path);  // alike

core::PanelKind panel_kind(const PathValues& path);  // throws not_found

}  // namespace vitrine::api

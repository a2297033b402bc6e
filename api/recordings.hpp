#pragma once

#include <cstdint>
#include <optional>

#include "api/call.hpp"

namespace vitrine::api {

http::Response list_recordings(const Call& call);   // GET /v1/recordings
http::Response put_recording(const Call& call);     // PUT /v1/recordings/{recording_id}
http::Response get_recording(const Call& call);     // GET /v1/recordings/{recording_id}
http::Response update_recording(const Call& call);  // PATCH /v1/recordings/{recording_id}
http::Response delete_recording(const Call& call);  // DELETE /v1/recordings/{recording_id}

// The version that If-Match asks a recording to have; nothing for any.
std::optional<std::int64_t> expected_recording_version(const Call& call);

}  // namespace vitrine::api

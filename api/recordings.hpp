#pragma once

#include "api/call.hpp"

namespace vitrine::api {

http::Response list_recordings(const Call& call);   // GET /v1/recordings
http::Response put_recording(const Call& call);     // PUT /v1/recordings/{recording_id}
http::Response get_recording(const Call& call);     // GET /v1/recordings/{recording_id}
http::Response delete_recording(const Call& call);  // DELETE /v1/recordings/{recording_id}

}  // namespace vitrine::api

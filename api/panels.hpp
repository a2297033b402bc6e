#pragma once

#include "api/call.hpp"

// `/v1/recordings/{recording_id}/panels/{kind}`
namespace vitrine::api {

http::Response put_panel(const Call& call);
http::Response get_panel(const Call& call);
http::Response delete_panel(const Call& call);

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

// All under /v1/webhooks
namespace vitrine::api {

http::Response create_webhook(const Call& call);         // POST
http::Response list_webhooks(const Call& call);          // GET
http::Response get_webhook(const Call& call);            // GET /{webhook_id}
http::Response update_webhook(const Call& call);         // PATCH /{webhook_id}
http::Response delete_webhook(const Call& call);         // DELETE /{webhook_id}
http::Response test_webhook(const Call& call);           // POST /{webhook_id}/test
http::Response rotate_webhook_secret(const Call& call);  // POST /{webhook_id}/rotate-secret
http::Response list_deliveries(const Call& call);        // GET /{webhook_id}/deliveries
http::Response redeliver_webhook(const Call& call);      // POST /{webhook_id}/redeliver

}  // namespace vitrine::api

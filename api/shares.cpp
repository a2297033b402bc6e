#include "api/shares.hpp"

#include <optional>
#include <string>
#include <utility>

#include "api/answer.hpp"
#include "api/idempotency_header.hpp"
#include "api/path_ids.hpp"
#include "api/precondition.hpp"
#include "api/share_json.hpp"
#include "api/share_reader.hpp"
#include "service/shares.hpp"

namespace vitrine::api {
namespace {

http::Response with_tag(http::Response response, const core::Share& share) {
  response.headers.set("ETag", entity_tag(share.version));
  return response;
}

http::Response shown(const Call& call, const core::Share& share) {
  return with_tag(json_answer(to_json(share, call.use().link_urls)), share);
}

core::Share current(const Call& call) {
  return call.use().shares.get(call.principal(), share_id(call.path));
}

std::optional<std::int64_t> expected_version(const Call& call) {
  return Precondition(call.request.head.headers).expected([&] { return current(call).version; });
}

using Switch = core::Share (Shares::*)(const core::Principal&, const core::ShareId&,
                                       std::optional<std::int64_t>);

// What only sets takes no body; an empty object is no harm.
core::Share set(const Call& call, Switch change) {
  require_empty(call.body());
  return (call.use().shares.*change)(call.principal(), share_id(call.path), expected_version(call));
}

}  // namespace

http::Response create_share(const Call& call) {
  const bool only_try = validate_only(call.query);
  const auto key = idempotency_key(call);
  const auto draft = read_share_draft(call.body());
  if (only_try) {
    return json_answer(to_json(call.use().shares.preview(call.principal(), draft)));
  }
  const core::Share share = call.use().shares.create(call.principal(), draft, key);
  return with_tag(created("/v1/shares/" + share.id.text(), to_json(share, call.use().link_urls)),
                  share);
}

http::Response get_share(const Call& call) { return shown(call, current(call)); }

http::Response update_share(const Call& call) {
  const bool only_try = validate_only(call.query);
  core::SharePatch patch =
      read_share_patch(call.body(), [&] { return current(call).recording_id.text(); });
  patch.expected_version = expected_version(call);
  const auto id = share_id(call.path);
  if (only_try) {
    return json_answer(to_json(call.use().shares.preview(call.principal(), id, patch)));
  }
  return shown(call, call.use().shares.update(call.principal(), id, patch));
}

// The body of a DELETE means nothing (RFC 9110 section 9.3.5).
http::Response delete_share(const Call& call) {
  call.use().shares.revoke(call.principal(), share_id(call.path), expected_version(call));
  return no_content();
}

http::Response enable_share(const Call& call) { return shown(call, set(call, &Shares::enable)); }
http::Response disable_share(const Call& call) { return shown(call, set(call, &Shares::disable)); }
http::Response revoke_share(const Call& call) { return shown(call, set(call, &Shares::revoke)); }

http::Response reset_passcode_attempts(const Call& call) {
  return shown(call, set(call, &Shares::reset_passcode_attempts));
}

}  // namespace vitrine::api

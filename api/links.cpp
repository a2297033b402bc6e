#include "api/links.hpp"

#include <optional>
#include <string>

#include "api/answer.hpp"
#include "api/idempotency_header.hpp"
#include "api/link_dto.hpp"
#include "api/page_token.hpp"
#include "api/path_ids.hpp"
#include "api/precondition.hpp"
#include "service/links.hpp"

namespace vitrine::api {
namespace {

http::Response with_tag(http::Response response, const Links::Shown& link) {
  response.headers.set("ETag", entity_tag(link.link.version));
  return response;
}

http::Response made(const core::ShareId& share, const Links::Shown& link) {
  return with_tag(
      created("/v1/shares/" + share.text() + "/links/" + link.link.id.text(), to_json(link)), link);
}

Links::Shown current(const Call& call) {
  return call.use().links.get(call.principal(), share_id(call.path), link_id(call.path));
}

std::optional<std::int64_t> expected_version(const Call& call) {
  return Precondition(call.request.head.headers).expected([&] {
    return current(call).link.version;
  });
}

}  // namespace

http::Response list_links(const Call& call) {
  const auto share = share_id(call.path);
  const PageScope scope{call.principal().workspace, "listLinks", "share_id=" + share.text()};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().links.list(call.principal(), share, tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response create_link(const Call& call) {
  const auto recipient = read_link_draft(call.body());
  const auto share = share_id(call.path);
  return made(share,
              call.use().links.create(call.principal(), share, recipient, idempotency_key(call)));
}

http::Response get_link(const Call& call) {
  const Links::Shown link = current(call);
  return with_tag(json_answer(to_json(link)), link);
}

http::Response update_link(const Call& call) {
  core::LinkPatch patch = read_link_patch(call.body());
  patch.expected_version = expected_version(call);
  const Links::Shown link =
      call.use().links.update(call.principal(), share_id(call.path), link_id(call.path), patch);
  return with_tag(json_answer(to_json(link)), link);
}

// The body of a DELETE means nothing (RFC 9110 section 9.3.5).
http::Response delete_link(const Call& call) {
  call.use().links.revoke(call.principal(), share_id(call.path), link_id(call.path),
                          expected_version(call));
  return no_content();
}

http::Response rotate_link(const Call& call) {
  core::Rotation rotation = read_rotation(call.body());
  rotation.expected_version = expected_version(call);
  const auto share = share_id(call.path);
  return made(share, call.use().links.rotate(call.principal(), share, link_id(call.path), rotation,
                                             idempotency_key(call)));
}

}  // namespace vitrine::api

#include "api/comments.hpp"

#include <optional>
#include <string>

#include "api/answer.hpp"
#include "api/comment_dto.hpp"
#include "api/idempotency_header.hpp"
#include "api/page_token.hpp"
#include "api/path_ids.hpp"
#include "api/precondition.hpp"
#include "service/comments.hpp"

namespace vitrine::api {
namespace {

http::Response with_tag(http::Response response, const core::Comment& comment) {
  response.headers.set("ETag", entity_tag(comment.version));
  return response;
}

core::Comment current(const Call& call) {
  return call.use().comments.get(call.principal(), share_id(call.path), comment_id(call.path));
}

std::optional<std::int64_t> expected_version(const Call& call) {
  return Precondition(call.request.head.headers).expected([&] { return current(call).version; });
}

}  // namespace

http::Response list_comments(const Call& call) {
  const auto share = share_id(call.path);
  const PageScope scope{call.principal().workspace, "listComments", "share_id=" + share.text()};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page =
      call.use().comments.list(call.principal(), share, tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response create_comment(const Call& call) {
  const auto draft = read_comment_draft(call.body());
  const auto share = share_id(call.path);
  const core::Comment comment =
      call.use().comments.create(call.principal(), share, draft, idempotency_key(call));
  return with_tag(
      created("/v1/shares/" + share.text() + "/comments/" + comment.id.text(), to_json(comment)),
      comment);
}

http::Response get_comment(const Call& call) {
  const core::Comment comment = current(call);
  return with_tag(json_answer(to_json(comment)), comment);
}

http::Response update_comment(const Call& call) {
  core::CommentPatch patch = read_comment_patch(call.body(), [&] { return current(call); });
  patch.expected_version = expected_version(call);
  const core::Comment comment = call.use().comments.update(call.principal(), share_id(call.path),
                                                           comment_id(call.path), patch);
  return with_tag(json_answer(to_json(comment)), comment);
}

// The body of a DELETE means nothing (RFC 9110 section 9.3.5).
http::Response delete_comment(const Call& call) {
  call.use().comments.remove(call.principal(), share_id(call.path), comment_id(call.path),
                             expected_version(call));
  return no_content();
}

}  // namespace vitrine::api

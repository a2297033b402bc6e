#include "api/keys.hpp"

#include "api/answer.hpp"
#include "api/idempotency_header.hpp"
#include "api/key_dto.hpp"
#include "api/path_ids.hpp"
#include "service/key_admin.hpp"

namespace vitrine::api {

http::Response create_key(const Call& call) {
  const auto repetition = idempotency_key(call);
  const core::KeyDraft draft = read_key_draft(call.body());
  const auto made = call.use().key_admin.create(call.principal(), draft, repetition);
  return created("/v1/keys/" + made.key.id.text(), to_json(made));
}

http::Response list_keys(const Call& call) {
  const PageScope scope{call.principal().workspace, "listKeys", ""};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().key_admin.list(call.principal(), tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response delete_key(const Call& call) {
  call.use().key_admin.revoke(call.principal(), key_id(call.path));
  return no_content();
}

}  // namespace vitrine::api

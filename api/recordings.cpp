#include "api/recordings.hpp"

#include "api/answer.hpp"
#include "api/page_token.hpp"
#include "api/path_ids.hpp"
#include "api/recording_dto.hpp"
#include "service/recordings.hpp"

namespace vitrine::api {

http::Response list_recordings(const Call& call) {
  const PageScope scope{call.principal().workspace, "listRecordings", ""};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().recordings.list(call.principal(), tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response put_recording(const Call& call) {
  const auto id = recording_id(call.path);
  const auto draft = read_recording_draft(call.body());
  const auto result = call.use().recordings.put(call.principal(), id, draft);
  std::string json = to_json(result.recording);
  return result.created ? created("/v1/recordings/" + id.text(), std::move(json))
                        : json_answer(std::move(json));
}

http::Response get_recording(const Call& call) {
  return json_answer(to_json(call.use().recordings.get(call.principal(), recording_id(call.path))));
}

http::Response delete_recording(const Call& call) {
  call.use().recordings.remove(call.principal(), recording_id(call.path));
  return no_content();
}

}  // namespace vitrine::api

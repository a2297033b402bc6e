#include "api/recordings.hpp"

#include "api/answer.hpp"
#include "api/page_token.hpp"
#include "api/path_ids.hpp"
#include "api/precondition.hpp"
#include "api/recording_dto.hpp"
#include "service/core/error.hpp"
#include "service/recordings.hpp"

namespace vitrine::api {
namespace {

http::Response with_tag(http::Response response, const core::Recording& recording) {
  response.headers.set("ETag", entity_tag(recording.version));
  return response;
}

core::Recording current(const Call& call) {
  return call.use().recordings.get(call.principal(), recording_id(call.path));
}

// The versions begin with 1.
std::int64_t current_version_if_any(const Call& call) {
  try {
    return current(call).version;
  } catch (const core::Error& error) {
    if (error.code() != core::ErrorCode::not_found) {
      throw;
    }
    return 0;
  }
}

}  // namespace

std::optional<std::int64_t> expected_recording_version(const Call& call) {
  return Precondition(call.request.head.headers).expected([&] { return current(call).version; });
}

http::Response list_recordings(const Call& call) {
  const PageScope scope{call.principal().workspace, "listRecordings", ""};
  const PageTokens& tokens = call.use().page_tokens;
  const auto page = call.use().recordings.list(call.principal(), tokens.read(scope, call.query));
  return json_answer(to_json(page, scope, tokens));
}

http::Response put_recording(const Call& call) {
  const auto id = recording_id(call.path);
  const auto draft = read_recording_draft(call.body());
  const Precondition condition(call.request.head.headers);
  const auto expected = condition.expected([&] { return current_version_if_any(call); });
  const auto result =
      call.use().recordings.put(call.principal(), id, draft, condition.given(), expected);
  std::string json = to_json(result.recording);
  return with_tag(result.created ? created("/v1/recordings/" + id.text(), std::move(json))
                                 : json_answer(std::move(json)),
                  result.recording);
}

http::Response get_recording(const Call& call) {
  const core::Recording recording = current(call);
  return with_tag(json_answer(to_json(recording)), recording);
}

http::Response update_recording(const Call& call) {
  core::RecordingPatch patch = read_recording_patch(call.body());
  patch.expected_version = expected_recording_version(call);
  const core::Recording recording =
      call.use().recordings.update(call.principal(), recording_id(call.path), patch);
  return with_tag(json_answer(to_json(recording)), recording);
}

http::Response delete_recording(const Call& call) {
  call.use().recordings.remove(call.principal(), recording_id(call.path),
                               expected_recording_version(call));
  return no_content();
}

}  // namespace vitrine::api

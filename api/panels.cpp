#include "api/panels.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "api/answer.hpp"
#include "api/json_writer.hpp"
#include "api/panel_document.hpp"
#include "api/path_ids.hpp"
#include "api/recordings.hpp"
#include "service/core/error.hpp"
#include "service/recordings.hpp"

namespace vitrine::api {
namespace {

std::string receipt(const core::Recording& recording, core::PanelKind kind) {
  const auto panel =
      std::find_if(recording.panels.begin(), recording.panels.end(),
                   [&](const core::PanelSummary& candidate) { return candidate.kind == kind; });
  if (panel == recording.panels.end()) {
    throw core::Error(core::ErrorCode::not_found, "The panel was removed in the meantime.");
  }
  JsonWriter json;
  json.open_object()
      .member("kind", core::to_text(kind))
      .member("bytes", panel->bytes)
      .member("updated_at", panel->updated_at)
      .close_object();
  return json.take();
}

}  // namespace

http::Response put_panel(const Call& call) {
  const auto id = recording_id(call.path);
  const auto kind = panel_kind(call.path);
  const auto panel = read_panel(kind, call.body());
  Recordings& recordings = call.use().recordings;
  const bool is_new =
      recordings.put_panel(call.principal(), id, panel, expected_recording_version(call));
  std::string json = receipt(recordings.get(call.principal(), id), kind);
  return is_new ? created(call.request.head.path, std::move(json)) : json_answer(std::move(json));
}

http::Response get_panel(const Call& call) {
  return json_answer(
      call.use()
          .recordings.get_panel(call.principal(), recording_id(call.path), panel_kind(call.path))
          .json);
}

http::Response delete_panel(const Call& call) {
  call.use().recordings.remove_panel(call.principal(), recording_id(call.path),
                                     panel_kind(call.path), expected_recording_version(call));
  return no_content();
}

}  // namespace vitrine::api

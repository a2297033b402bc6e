#include "api/path_ids.hpp"

#include "service/core/error.hpp"

namespace vitrine::api {

core::RecordingId recording_id(const PathValues& path) {
  if (auto id = core::RecordingId::parse(path["recording_id"])) {
    return *std::move(id);
  }
  throw core::Error(core::ErrorCode::invalid_parameter,
                    "A recording id has 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : -");
}

core::ShareId share_id(const PathValues& path) {
  return core::ShareId::parse(path["share_id"]).value_or(core::ShareId(core::Uuid{}));
}

core::LinkId link_id(const PathValues& path) {
  return core::LinkId::parse(path["link_id"]).value_or(core::LinkId(core::Uuid{}));
}

core::CommentId comment_id(const PathValues& path) {
  return core::CommentId::parse(path["comment_id"]).value_or(core::CommentId(core::Uuid{}));
}

core::KeyId key_id(const PathValues& path) {
  return core::KeyId::parse(path["key_id"]).value_or(core::KeyId(core::Uuid{}));
}

core::WebhookId webhook_id(const PathValues& path) {
  return core::WebhookId::parse(path["webhook_id"]).value_or(core::WebhookId(core::Uuid{}));
}

core::PanelKind panel_kind(const PathValues& path) {
  if (const auto kind = core::panel_kind(path["kind"])) {
    return *kind;
  }
  throw core::Error(core::ErrorCode::not_found, "There is no such kind of panel.");
}

}  // namespace vitrine::api

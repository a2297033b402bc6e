#include "service/store/event_row.hpp"

#include <stdexcept>

#include "service/store/columns.hpp"

namespace vitrine::store {
namespace {

template <class Id>
std::optional<Id> id_of(const pqxx::field& field) {
  const auto uuid = if_present(field, uuid_of);
  return uuid ? std::optional(Id(*uuid)) : std::nullopt;
}

core::EventType type_of(const pqxx::field& field) {
  const std::string text = text_of(field);
  if (const auto type = core::event_type(text)) {
    return *type;
  }
  throw std::logic_error("an event of an unknown type: " + text);
}

}  // namespace

core::Event event_of(const pqxx::row& row) {
  return {.id = core::EventId(uuid_of(row["event_id"])),
          .workspace = core::WorkspaceId(uuid_of(row["workspace_id"])),
          .type = type_of(row["type"]),
          .occurred_at = instant_of(row["occurred_at"]),
          .subject = {.recording_id = if_present(row["recording_id"], text_of),
                      .share = id_of<core::ShareId>(row["share_id"]),
                      .link = id_of<core::LinkId>(row["link_id"]),
                      .comment = id_of<core::CommentId>(row["comment_id"]),
                      .key = id_of<core::KeyId>(row["key_id"]),
                      .webhook = id_of<core::WebhookId>(row["webhook_id"]),
                      .reason = if_present(row["reason"], text_of)}};
}

std::string types_text(const std::vector<core::EventType>& types) {
  std::vector<std::optional<std::string>> texts;
  texts.reserve(types.size());
  for (const core::EventType type : types) {
    texts.emplace_back(core::to_text(type));
  }
  return array_text(texts);
}

const std::string& known_types_text() {
  static const std::string kTexts = [] {
    std::vector<core::EventType> types;
    for (std::size_t i = 0; i < core::kEventTypes; ++i) {
      types.push_back(static_cast<core::EventType>(i));
    }
    return types_text(types);
  }();
  return kTexts;
}

}  // namespace vitrine::store

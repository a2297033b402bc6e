#include "service/jobs/event_json.hpp"

#include <nlohmann/json.hpp>
#include <optional>

namespace vitrine::jobs {
namespace {

using Json = nlohmann::ordered_json;

void add(Json& data, const char* name, const std::optional<std::string>& text) {
  if (text) {
    data[name] = *text;
  }
}

template <class Noun>
void add(Json& data, const char* name, const std::optional<core::Id<Noun>>& id) {
  if (id) {
    data[name] = id->text();
  }
}

}  // namespace

std::string event_json(const core::Event& event) {
  Json data = Json::object();
  const core::EventSubject& subject = event.subject;
  add(data, "recording_id", subject.recording_id);
  add(data, "share_id", subject.share);
  add(data, "link_id", subject.link);
  add(data, "comment_id", subject.comment);
  add(data, "key_id", subject.key);
  add(data, "webhook_id", subject.webhook);
  add(data, "reason", subject.reason);
  return Json{{"id", event.id.text()},
              {"type", core::to_text(event.type)},
              {"timestamp", core::format_rfc3339(event.occurred_at)},
              {"data", std::move(data)}}
      .dump();
}

}  // namespace vitrine::jobs

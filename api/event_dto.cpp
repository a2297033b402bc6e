#include "api/event_dto.hpp"

#include <algorithm>
#include <charconv>

#include "api/header_values.hpp"
#include "api/json_writer.hpp"
#include "api/page_token.hpp"
#include "service/core/error.hpp"
#include "service/jobs/event_json.hpp"

namespace vitrine::api {
namespace {

constexpr int kMostSeconds = 30;

core::Error invalid(const std::string& detail) {
  return {core::ErrorCode::invalid_parameter, detail};
}

std::optional<core::EventId> event_id(std::string_view name, std::optional<std::string_view> text) {
  if (!text) {
    return std::nullopt;
  }
  const auto id = core::EventId::parse(*text);
  if (!id) {
    throw invalid(std::string(name) + " must be the id of an event, evt_...");
  }
  return id;
}

core::EventType type_of(std::string_view text) {
  const auto type = core::event_type(text);
  if (!type || *type == core::EventType::webhook_test) {
    throw invalid("type must be types of events, for example share.revoked,link.opened.");
  }
  return *type;
}

std::vector<core::EventType> types_of(std::string_view list) {
  std::vector<core::EventType> types;
  for (;;) {
    const std::size_t end = std::min(list.find(','), list.size());
    types.push_back(type_of(without_spaces_around(list.substr(0, end))));
    if (end == list.size()) {
      return types;
    }
    list.remove_prefix(end + 1);
  }
}

std::chrono::seconds seconds_of(std::string_view text) {
  int seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 ||
      seconds > kMostSeconds) {
    throw invalid("wait_seconds must be a whole number from 0 to 30.");
  }
  return std::chrono::seconds(seconds);
}

std::string text_of(const core::FeedCursor& cursor) {
  return cursor.event.value_or(core::EventId(core::Uuid())).text();
}

}  // namespace

FeedQuery read_feed_query(const Query& query) {
  const auto types = query.get("type");
  const auto wait = query.get("wait_seconds");
  return {event_id("after", query.get("after")),
          types ? types_of(*types) : std::vector<core::EventType>(), page_size(query),
          wait ? seconds_of(*wait) : std::chrono::seconds(0)};
}

std::optional<core::EventId> last_event_id(const http::Headers& headers) {
  const auto value = headers.get("Last-Event-ID");
  return event_id("Last-Event-ID", value && !value->empty() ? value : std::nullopt);
}

std::string to_json(const core::FeedPage& page) {
  JsonWriter json;
  json.open_object().name("items").open_array();
  for (const core::Event& event : page.events) {
    json.raw(jobs::event_json(event));
  }
  json.close_array().name("next_after");
  if (page.next.event) {
    json.value(page.next.event->text());
  } else {
    json.null();
  }
  json.member("has_more", page.has_more).close_object();
  return json.take();
}

std::string to_event_stream(const core::FeedPage& page) {
  std::string text;
  for (const core::Event& event : page.events) {
    text.append("id: ").append(event.id.text());
    text.append("\nevent: ").append(core::to_text(event.type));
    text.append("\ndata: ").append(jobs::event_json(event)).append("\n\n");
  }
  return text;
}

std::string event_stream_place(const core::FeedCursor& cursor) {
  return "id: " + text_of(cursor) + "\n\n";
}

}  // namespace vitrine::api

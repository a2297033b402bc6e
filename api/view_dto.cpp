#include "api/view_dto.hpp"

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/link_dto.hpp"
#include "api/object_reader.hpp"
#include "api/page_json.hpp"
#include "service/core/time_zone.hpp"

namespace vitrine::api {
namespace {

constexpr StringRule kUserAgent{.max = 1024};

void read_viewer(ObjectReader& request, OpenRequest& read) {
  const Json* viewer = request.object("viewer", Need::optional);
  if (viewer == nullptr) {
    return;
  }
  const Place place = request.place().member("viewer");
  ObjectReader reader(*viewer, request.faults(), place);
  read.time_zone = reader.parsed<std::string>("time_zone", Need::nullable, core::time_zone_name,
                                              "the name of a time zone, such as Europe/Berlin");
  read.user_agent = reader.string("user_agent", Need::nullable, kUserAgent);
  reader.refuse_unknown();
}

void write(JsonWriter& json, const core::View& view) {
  json.open_object().member("id", view.id.text()).member("link_id", view.link_id.text());
  write_recipient(json, view.recipient);
  json.member("opened_at", view.opened_at)
      .member("class", core::to_text(view.open_class))
      .member("reason", view.reason)
      .member("client", view.client)
      .member("time_zone", view.time_zone)
      .close_object();
}

}  // namespace

OpenRequest read_open_request(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader reader(document.root(), faults);
  OpenRequest request;
  request.token = reader.string("token", Need::required).value_or("");
  request.session = reader.string("session", Need::required).value_or("");
  request.gesture = reader.boolean("gesture", Need::optional).value_or(true);
  read_viewer(reader, request);
  reader.refuse_unknown();
  faults.raise();
  return request;
}

std::string to_json(const core::Page<core::View>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens, write);
}

std::string erased_json(std::int64_t deleted) {
  JsonWriter json;
  json.open_object().member("deleted", deleted).close_object();
  return json.take();
}

}  // namespace vitrine::api

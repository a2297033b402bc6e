#include "api/mails.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/answer.hpp"
#include "api/idempotency_header.hpp"
#include "api/json_reader.hpp"
#include "api/link_dto.hpp"
#include "api/object_reader.hpp"
#include "api/path_ids.hpp"
#include "service/core/link_change.hpp"
#include "service/mails.hpp"

namespace vitrine::api {
namespace {

std::string_view or_empty_object(std::string_view body) { return body.empty() ? "{}" : body; }

std::optional<std::vector<core::LinkId>> read_link_ids(ObjectReader& asked) {
  const Json* items = asked.array("link_ids", Need::optional, core::kMaxLinks);
  if (items == nullptr) {
    return std::nullopt;
  }
  if (items->empty()) {
    asked.refuse("link_ids", "out_of_range", "Must have 1 to 1000 items; leave it out for all.");
  }
  const Place list = asked.place().member("link_ids");
  std::vector<core::LinkId> ids;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* text = (*items)[i].get_ptr<const std::string*>();
    const auto id = text == nullptr ? std::nullopt : core::LinkId::parse(*text);
    if (!id) {
      asked.faults().add(list.item(i), text == nullptr ? "wrong_type" : "invalid_format",
                         "Must be the id of a link of this share.");
    } else if (std::set(ids.begin(), ids.end()).contains(*id)) {
      asked.faults().add(list.item(i), "duplicate", "Is named before in this list.");
    } else {
      ids.push_back(*id);
    }
  }
  return ids;
}

Mails::Request read_request(std::string_view body) {
  const JsonDocument document = JsonDocument::read(or_empty_object(body));
  Faults faults(document.faults());
  ObjectReader asked(document.root(), faults);
  Mails::Request request{.links = read_link_ids(asked),
                         .again = asked.boolean("resend", Need::optional).value_or(false)};
  asked.refuse_unknown();
  faults.raise();
  return request;
}

// Whoever names a single link means it to be sent.
bool read_resend(std::string_view body) {
  const JsonDocument document = JsonDocument::read(or_empty_object(body));
  Faults faults(document.faults());
  ObjectReader asked(document.root(), faults);
  const bool again = asked.boolean("resend", Need::optional).value_or(true);
  asked.refuse_unknown();
  faults.raise();
  return again;
}

void write(JsonWriter& json, const Mails::OfLink& sent) {
  json.open_object().member("link_id", sent.link.text());
  write_email(json, sent.email);
  json.close_object();
}

http::Response accepted(JsonWriter& json) {
  http::Response response = json_answer(json.take());
  response.status = 202;
  return response;
}

}  // namespace

http::Response send_share(const Call& call) {
  const auto sent = call.use().mails.send(call.principal(), share_id(call.path),
                                          read_request(call.body()), idempotency_key(call));
  JsonWriter json;
  json.open_object().name("links").open_array();
  for (const Mails::OfLink& each : sent) {
    write(json, each);
  }
  json.close_array().close_object();
  return accepted(json);
}

http::Response send_link(const Call& call) {
  const auto sent =
      call.use().mails.send_link(call.principal(), share_id(call.path), link_id(call.path),
                                 read_resend(call.body()), idempotency_key(call));
  JsonWriter json;
  write(json, sent);
  return accepted(json);
}

}  // namespace vitrine::api

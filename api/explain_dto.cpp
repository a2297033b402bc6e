#include "api/explain_dto.hpp"

#include "api/json_writer.hpp"

namespace vitrine::api {
namespace {

void write_compared(JsonWriter& json, const std::vector<core::Compared>& compared) {
  json.name("compared").open_object();
  for (const core::Compared& each : compared) {
    json.name(each.name);
    if (const auto* flag = std::get_if<bool>(&each.value)) {
      json.value(*flag);
    } else if (const auto* number = std::get_if<std::int64_t>(&each.value)) {
      json.value(*number);
    } else if (const auto* text = std::get_if<std::string>(&each.value)) {
      json.value(*text);
    } else {
      json.null();
    }
  }
  json.close_object();
}

void write_step(JsonWriter& json, const core::TracedStep& step) {
  json.open_object()
      .member("step", step.name)
      .member("outcome", core::to_text(step.outcome))
      .name("verdict");
  if (step.verdict == core::Verdict::open) {
    json.null();
  } else {
    json.value(core::to_text(step.verdict));
  }
  write_compared(json, step.compared);
  json.close_object();
}

void write_link(JsonWriter& json, const Explanation::OfLink& link) {
  json.open_object().member("link_id", link.link.text()).name("recipient");
  if (link.recipient) {
    json.open_object()
        .member("name", link.recipient->name)
        .member("email", link.recipient->email)
        .close_object();
  } else {
    json.null();
  }
  json.member("opens", link.trace.verdict == core::Verdict::open)
      .member("verdict", core::to_text(link.trace.verdict))
      .name("steps")
      .open_array();
  for (const core::TracedStep& step : link.trace.steps) {
    write_step(json, step);
  }
  json.close_array().close_object();
}

}  // namespace

std::string to_json(const Explanation& explanation) {
  JsonWriter json;
  json.open_object()
      .member("share_id", explanation.share.text())
      .member("now", explanation.now)
      .name("links")
      .open_array();
  for (const Explanation::OfLink& link : explanation.links) {
    write_link(json, link);
  }
  json.close_array().close_object();
  return json.take();
}

}  // namespace vitrine::api

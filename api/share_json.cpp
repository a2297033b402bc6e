#include "api/share_json.hpp"

#include <optional>

#include "api/link_dto.hpp"
#include "api/page_json.hpp"

namespace vitrine::api {
namespace {

void write_texts(JsonWriter& json, const core::ShareContent& content) {
  json.member("title", content.title).member("label", content.label).name("metadata");
  if (content.metadata) {
    json.raw(*content.metadata);
  } else {
    json.null();
  }
}

void write_visibility(JsonWriter& json, const core::Visibility& visibility) {
  json.name("visibility").open_object();
  for (const core::Flag flag : core::kFlags) {
    json.member(core::to_text(flag), visibility.shows(flag));
  }
  json.close_object();
}

void write_clip(JsonWriter& json, const std::optional<core::Clip>& clip) {
  json.name("clip");
  if (!clip) {
    json.null();
    return;
  }
  json.open_object()
      .member("start_ms", clip->start_ms)
      .member("end_ms", clip->end_ms)
      .close_object();
}

// From `max_views` on: what is in force, and what was asked for where that is more.
void write_limits(JsonWriter& json, const core::ShareContent& content, const core::Terms& in_force,
                  bool has_passcode) {
  json.member("max_views", content.max_views).member("has_passcode", has_passcode);
  write_clip(json, content.clip);
  json.member("tracking", core::to_text(in_force.tracking));
  const core::Terms& asked = content.requested;
  json.name("requested").open_object().member("audience", core::to_text(asked.audience));
  write_visibility(json, asked.visibility);
  json.member("expires_at", asked.window.expires_at)
      .member("tracking", core::to_text(asked.tracking))
      .close_object()
      .name("adjusted")
      .open_array();
  for (const core::Adjustment& adjustment : core::adjustments(asked, in_force)) {
    json.open_object()
        .member("field", adjustment.field)
        .member("rule", core::to_text(adjustment.rule))
        .close_object();
  }
  json.close_array();
}

void write_correspondence(JsonWriter& json, const core::Correspondence& correspondence) {
  const core::Sender& sender = correspondence.sender;
  json.name("sender");
  if (sender == core::Sender()) {
    json.null();
  } else {
    json.open_object()
        .member("name", sender.name)
        .member("email", sender.email)
        .member("time_zone", sender.time_zone)
        .close_object();
  }
  const auto& remind = correspondence.remind_before;
  json.member("notify_on_open", correspondence.notify_on_open)
      .member("remind_before_seconds",
              remind ? std::optional<std::int64_t>(remind->count()) : std::nullopt);
}

void write_blocking_rules(JsonWriter& json, const core::Share& share) {
  json.name("blocked_by").open_array();
  for (const core::PolicyRule rule : core::blocking_rules(share)) {
    json.value(core::to_text(rule));
  }
  json.close_array();
}

void write_warnings(JsonWriter& json, const core::ShareContent& content) {
  json.name("warnings").open_array();
  if (content.clip) {
    json.open_object()
        .member("code", "clip_not_enforced")
        .member("detail",
                "Panels and comments are cut to the clip. Media files are not: whoever opens the "
                "link can get them whole.")
        .close_object();
  }
  json.close_array();
}

void write_links(JsonWriter& json, const core::Share& share, const LinkUrls& urls) {
  const bool tracked = core::in_force(share).tracking != core::Tracking::none;
  write_opens(json, share.opens, tracked);
  json.name("links").open_array();
  for (const core::Link& link : share.links) {
    const bool dead = share.revoked_at || !core::is_alive(link, share.now);
    write_link(json, link, dead ? std::nullopt : urls.url_of(link, share.policy), tracked);
  }
  json.close_array();
}

}  // namespace

void write_share(JsonWriter& json, const core::Share& share, const LinkUrls& urls) {
  const core::ShareContent content = core::content_of(share);
  const core::Terms in_force = core::in_force(share);
  json.open_object()
      .member("id", share.id.text())
      .member("recording_id", share.recording_id.text());
  write_texts(json, content);
  json.member("audience", core::to_text(in_force.audience));
  write_visibility(json, in_force.visibility);
  json.member("state", core::to_text(core::state_of(share)))
      .member("starts_at", in_force.window.starts_at)
      .member("expires_at", in_force.window.expires_at);
  write_limits(json, content, in_force, share.has_passcode);
  write_correspondence(json, content.correspondence);
  write_blocking_rules(json, share);
  write_warnings(json, content);
  write_links(json, share, urls);
  json.member("link_count", share.link_count)
      .member("created_at", share.created_at)
      .member("created_by",
              share.created_by ? std::optional(share.created_by->text()) : std::nullopt)
      .member("updated_at", share.updated_at)
      .member("disabled_at", share.disabled_at)
      .member("revoked_at", share.revoked_at)
      .member("version", share.version)
      .close_object();
}

void write_preview(JsonWriter& json, const core::SharePreview& preview) {
  json.open_object().member("valid", true).member("recording_id", preview.recording_id.text());
  write_texts(json, preview.content);
  json.member("audience", core::to_text(preview.in_force.audience));
  write_visibility(json, preview.in_force.visibility);
  json.member("starts_at", preview.in_force.window.starts_at)
      .member("expires_at", preview.in_force.window.expires_at);
  write_limits(json, preview.content, preview.in_force, preview.has_passcode);
  write_correspondence(json, preview.content.correspondence);
  write_warnings(json, preview.content);
  json.close_object();
}

std::string to_json(const core::Share& share, const LinkUrls& urls) {
  JsonWriter json;
  write_share(json, share, urls);
  return json.take();
}

std::string to_json(const core::SharePreview& preview) {
  JsonWriter json;
  write_preview(json, preview);
  return json.take();
}

std::string to_json(const core::Page<core::Share>& page,
                    const std::optional<core::ShareTotal>& total, const PageScope& scope,
                    const PageTokens& tokens, const LinkUrls& urls) {
  return page_json(
      page, scope, tokens,
      [&](JsonWriter& json, const core::Share& item) { write_share(json, item, urls); },
      [&](JsonWriter& json) {
        if (total) {
          json.name("total").open_object();
          json.member("count", total->count).member("exact", total->exact).close_object();
        }
      });
}

}  // namespace vitrine::api

#include "api/resolve_dto.hpp"

#include <algorithm>
#include <utility>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/object_reader.hpp"
#include "service/core/time_zone.hpp"

namespace vitrine::api {
namespace {

using core::Error;
using core::ErrorCode;
using core::Verdict;

constexpr std::size_t kMaxInclude = 32;

std::optional<std::vector<core::PanelKind>> read_include(ObjectReader& request) {
  const Json* list = request.array("include", Need::optional, kMaxInclude);
  if (list == nullptr) {
    return std::nullopt;
  }
  std::vector<core::PanelKind> kinds;
  const Place place = request.place().member("include");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto* text = (*list)[i].get_ptr<const std::string*>();
    const auto kind = text == nullptr ? std::nullopt : core::panel_kind(*text);
    if (kind) {
      kinds.push_back(*kind);
    } else {
      request.faults().add(place.item(i), text == nullptr ? "wrong_type" : "invalid_format",
                           "Must be one of transcript, summary, notes, console, network, actions, "
                           "info.");
    }
  }
  return kinds;
}

// Only whoever reports an open is asked for it; here it is checked and forgotten.
void read_viewer(ObjectReader& request) {
  if (const Json* viewer = request.object("viewer", Need::optional)) {
    const Place place = request.place().member("viewer");
    ObjectReader reader(*viewer, request.faults(), place);
    reader.parsed<std::string>("time_zone", Need::nullable, core::time_zone_name,
                               "the name of a time zone, such as Europe/Berlin");
    reader.refuse_unknown();
  }
}

void write_comments(JsonWriter& json, const ResolvedShare& share) {
  json.name("comments").open_array();
  for (const auto& comment : *share.comments) {
    json.open_object()
        .member("at_ms", comment.at_ms)
        .member("body", comment.body)
        .member("author", comment.author)
        .member("created_at", comment.created_at)
        .close_object();
  }
  json.close_array();
}

void write_share(JsonWriter& json, const ResolvedShare& share) {
  json.name("share")
      .open_object()
      .member("title", share.share_title.value_or(share.recording_title))
      .member("audience", core::to_text(share.audience))
      .member("starts_at", share.window.starts_at)
      .member("expires_at", share.window.expires_at)
      .member("download", share.download);
  if (share.clip) {
    json.name("clip")
        .open_object()
        .member("start_ms", share.clip->start_ms)
        .member("end_ms", share.clip->end_ms)
        .close_object();
  }
  if (share.comments) {
    write_comments(json, share);
  }
  json.close_object();
  json.name("recording")
      .open_object()
      .member("title", share.recording_title)
      .member("recorded_at", share.recorded_at)
      .member("duration_ms", share.duration_ms)
      .close_object();
}

void write_media(JsonWriter& json, const std::vector<ResolvedMedia>& media) {
  json.name("media").open_array();
  for (const ResolvedMedia& object : media) {
    json.open_object()
        .member("role", core::to_text(object.role))
        .member("content_type", object.content_type)
        .member("url", object.url)
        .member("expires_at", object.expires_at)
        .close_object();
  }
  json.close_array();
}

// The token of a body that holds nothing else, `{"token": "..."}`, with a text that needs no
// unescaping: what nearly every request is, read in a tenth of the time that a document takes.
// Nothing for any other body, which may be right all the same.
std::optional<std::string_view> lone_token(std::string_view body) {
  const auto take = [&body](std::string_view expected) {
    const bool there = body.starts_with(expected);
    body.remove_prefix(there ? expected.size() : 0);
    return there;
  };
  const auto skip_space = [&body] {
    body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
    return true;
  };
  const auto is_plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  if (!(skip_space() && take("{") && skip_space() && take("\"token\"") && skip_space() &&
        take(":") && skip_space() && take("\""))) {
    return std::nullopt;
  }
  const auto end = std::ranges::find_if_not(body, is_plain);
  const std::string_view token = body.substr(0, static_cast<std::size_t>(end - body.begin()));
  body.remove_prefix(token.size());
  const bool alone = take("\"") && skip_space() && take("}") && skip_space() && body.empty();
  return alone ? std::optional(token) : std::nullopt;
}

}  // namespace

ResolveRequest read_resolve_request(std::string_view body) {
  if (const auto token = lone_token(body)) {
    return {.token = std::string(*token)};
  }
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader reader(document.root(), faults);
  ResolveRequest request;
  request.token = reader.string("token", Need::required).value_or("");
  request.include = read_include(reader);
  request.passcode = reader.string("passcode", Need::nullable);
  request.session = reader.string("session", Need::nullable);
  request.viewer_token = reader.string("viewer_token", Need::nullable);
  read_viewer(reader);
  reader.refuse_unknown();
  faults.raise();
  return request;
}

std::string to_json(const ResolvedShare& share) {
  std::size_t panels = 0;
  for (const auto& panel : share.panels) {
    panels += panel.json.size();
  }
  constexpr std::size_t kUsualRest = 1024;
  JsonWriter json(panels + kUsualRest);
  json.open_object();
  write_share(json, share);
  write_media(json, share.media);
  json.name("panels").open_object();
  for (const auto& panel : share.panels) {
    json.name(core::to_text(panel.kind)).raw(panel.json);
  }
  json.close_object();
  if (share.session) {
    json.member("session", *share.session);
  }
  if (share.clip) {
    json.member("clip_enforced", false);
  }
  json.member("renew_after", share.renew_after).close_object();
  return json.take();
}

Error closed(const Resolution& resolution) {
  switch (resolution.disclosed ? resolution.verdict : Verdict::link_not_found) {
    case Verdict::link_revoked:
      return {ErrorCode::link_revoked, "The sender has withdrawn this link."};
    case Verdict::link_disabled:
      return {ErrorCode::link_disabled, "The sender has switched this link off for now."};
    case Verdict::recording_gone:
      return {ErrorCode::recording_gone, "The recording behind this link is no longer there."};
    case Verdict::link_expired:
      return {ErrorCode::link_expired, "This link has expired. Ask its sender for a new one."};
    case Verdict::link_not_started: {
      Error error(ErrorCode::link_not_started, "This link does not open yet.");
      return resolution.starts_at
                 ? std::move(error).with("starts_at", core::format_rfc3339(*resolution.starts_at))
                 : error;
    }
    case Verdict::viewer_required:
      return {ErrorCode::viewer_required,
              "This link is for members only. Send a valid viewer_token of yours."};
    case Verdict::viewer_not_member:
      return {ErrorCode::viewer_not_member, "This link is for members of another workspace."};
    case Verdict::passcode_required:
      return {ErrorCode::passcode_required, "This link has a passcode. Send it along."};
    case Verdict::passcode_invalid:
      return {ErrorCode::passcode_invalid, "This is not the passcode of the link."};
    case Verdict::passcode_throttled: {
      Error error(ErrorCode::passcode_throttled, "Too many wrong passcodes. Wait, then try again.");
      return resolution.pause ? std::move(error).retry_after(*resolution.pause) : error;
    }
    case Verdict::link_used_up:
      return {ErrorCode::link_used_up, "This link was opened as often as its sender allowed."};
    case Verdict::open:
    case Verdict::link_not_found:
      break;
  }
  return {ErrorCode::link_not_found, "This link does not exist. Check that it was copied whole."};
}

}  // namespace vitrine::api

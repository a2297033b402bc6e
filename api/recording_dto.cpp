#include "api/recording_dto.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/object_reader.hpp"
#include "api/page_json.hpp"
#include "api/panel_document.hpp"
#include "service/core/content_type.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxTitle = 500;
constexpr StringRule kTitle{.max = kMaxTitle, .min = 1, .not_blank = true};
constexpr std::size_t kMaxOwnerText = 320;
constexpr std::size_t kMaxMedia = 100;
constexpr std::size_t kMaxMediaId = 64;

std::optional<std::string> media_id(std::string_view text) {
  const bool allowed = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '_' || c == '-';
  });
  return allowed && !text.empty() && text.size() <= kMaxMediaId ? std::optional(std::string(text))
                                                                : std::nullopt;
}

std::optional<std::string> content_type(std::string_view text) {
  return core::is_media_content_type(text) ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<core::Owner> read_owner(ObjectReader& recording) {
  const Json* value = recording.object("owner", Need::nullable);
  if (value == nullptr) {
    return std::nullopt;
  }
  ObjectReader owner(*value, recording.faults(), recording.place().member("owner"));
  core::Owner read{owner.string("id", Need::nullable, {.max = kMaxOwnerText}),
                   owner.string("name", Need::nullable, {.max = kMaxOwnerText}),
                   owner.string("email", Need::nullable, {.max = kMaxOwnerText})};
  owner.refuse_unknown();
  return read;
}

core::OwnerPatch read_owner_patch(const Json& value, ObjectReader& recording) {
  ObjectReader owner(value, recording.faults(), recording.place().member("owner"));
  const auto change = [&](std::string_view name) {
    return owner.change(name,
                        [&] { return owner.string(name, Need::nullable, {.max = kMaxOwnerText}); });
  };
  core::OwnerPatch patch{change("id"), change("name"), change("email")};
  owner.refuse_unknown();
  return patch;
}

std::optional<core::MediaObject> read_media_object(const Json& value, Faults& faults,
                                                   const Place& place) {
  ObjectReader object(value, faults, place);
  auto id = object.parsed<std::string>("id", Need::required, media_id,
                                       "1 to 64 of the characters A-Z a-z 0-9 . _ -");
  const auto role =
      object.parsed<core::MediaRole>("role", Need::required, core::media_role,
                                     "one of video, audio, captions, thumbnail, hls, attachment");
  auto type = object.parsed<std::string>("content_type", Need::required, content_type,
                                         "one of the content types that are served, in lower case "
                                         "and without parameters");
  auto key = object.parsed<core::MediaKey>(
      "key", Need::required, core::MediaKey::parse,
      "a path below the media store, without .., without a leading slash and no URL");
  const auto bytes = object.integer("bytes", Need::nullable);
  object.refuse_unknown();
  if (!id || !role || !type || !key) {
    return std::nullopt;
  }
  return core::MediaObject{std::move(*id), *role, std::move(*type), std::move(*key), bytes};
}

std::vector<core::MediaObject> read_media(ObjectReader& recording) {
  std::vector<core::MediaObject> media;
  const Json* list = recording.array("media", Need::optional, kMaxMedia);
  const Place place = recording.place().member("media");
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const Place item = place.item(i);
    auto object = read_media_object((*list)[i], recording.faults(), item);
    if (!object) {
      continue;
    }
    for (const core::MediaObject& earlier : media) {
      if (earlier.id == object->id) {
        recording.faults().add(item.member("id"), "duplicate",
                               "Another media object of this recording has this id.");
        break;
      }
    }
    media.push_back(std::move(*object));
  }
  return media;
}

std::vector<core::PanelDocument> read_panels(const JsonDocument& document,
                                             ObjectReader& recording) {
  std::vector<core::PanelDocument> panels;
  const Json* value = recording.object("panels", Need::optional);
  if (value == nullptr) {
    return panels;
  }
  const Place place = recording.place().member("panels");
  ObjectReader kinds(*value, recording.faults(), place);
  std::int64_t total = 0;
  for (const core::PanelKind kind : core::kPanelKinds) {
    const std::string_view name = core::to_text(kind);
    const Json* panel = kinds.find(name);
    if (panel == nullptr) {
      continue;
    }
    check_panel(kind, *panel, recording.faults(), place.member(name));
    const std::string text(document.text_of("/panels/" + std::string(name)).value_or(""));
    total += static_cast<std::int64_t>(text.size());
    if (static_cast<std::int64_t>(text.size()) > core::kMaxPanelBytes) {
      kinds.refuse(name, "out_of_range", "Must have at most 8 MiB.");
    }
    panels.push_back({kind, text});
  }
  kinds.refuse_unknown();
  if (total > core::kMaxRecordingPanelBytes) {
    recording.refuse("panels", "out_of_range", "Must have at most 32 MiB together.");
  }
  return panels;
}

void write_owner(JsonWriter& json, const std::optional<core::Owner>& owner) {
  json.name("owner");
  if (!owner) {
    json.null();
    return;
  }
  json.open_object()
      .member("id", owner->id)
      .member("name", owner->name)
      .member("email", owner->email)
      .close_object();
}

void write_media(JsonWriter& json, const std::vector<core::MediaObject>& media) {
  json.name("media").open_array();
  for (const core::MediaObject& object : media) {
    json.open_object()
        .member("id", object.id)
        .member("role", core::to_text(object.role))
        .member("content_type", object.content_type)
        .member("key", object.key.text())
        .member("bytes", object.bytes)
        .close_object();
  }
  json.close_array();
}

void write(JsonWriter& json, const core::Recording& recording) {
  json.open_object()
      .member("id", recording.id.text())
      .member("title", recording.title)
      .member("recorded_at", recording.recorded_at)
      .member("duration_ms", recording.duration_ms);
  write_owner(json, recording.owner);
  write_media(json, recording.media);
  json.name("panels").open_object();
  for (const core::PanelSummary& panel : recording.panels) {
    json.name(core::to_text(panel.kind))
        .open_object()
        .member("bytes", panel.bytes)
        .member("updated_at", panel.updated_at)
        .close_object();
  }
  json.close_object()
      .member("expires_at", recording.expires_at)
      .member("created_at", recording.created_at)
      .member("updated_at", recording.updated_at)
      .member("version", recording.version)
      .close_object();
}

}  // namespace

core::RecordingDraft read_recording_draft(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body, {.children_of = "panels"});
  Faults faults(document.faults());
  ObjectReader recording(document.root(), faults);
  core::RecordingDraft draft;
  draft.title = recording.string("title", Need::required, kTitle).value_or("");
  draft.recorded_at = recording.instant("recorded_at", Need::nullable);
  draft.duration_ms = recording.integer("duration_ms", Need::nullable);
  draft.owner = read_owner(recording);
  draft.media = read_media(recording);
  draft.panels = read_panels(document, recording);
  draft.expires_at = recording.instant("expires_at", Need::nullable);
  recording.ignore({"id", "created_at", "updated_at", "version"});
  recording.refuse_unknown();
  faults.raise();
  return draft;
}

core::RecordingPatch read_recording_patch(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader recording(document.root(), faults);
  core::RecordingPatch patch;
  const auto instant = [&](std::string_view name) {
    return recording.change(name, [&] { return recording.instant(name, Need::nullable); });
  };
  patch.title = recording.string("title", Need::optional, kTitle);
  patch.recorded_at = instant("recorded_at");
  patch.duration_ms = recording.change(
      "duration_ms", [&] { return recording.integer("duration_ms", Need::nullable); });
  patch.owner = recording.change("owner", [&] {
    const Json* value = recording.object("owner", Need::nullable);
    return value == nullptr ? std::nullopt : std::optional(read_owner_patch(*value, recording));
  });
  if (recording.find("media") != nullptr) {
    patch.media = read_media(recording);
  }
  patch.expires_at = instant("expires_at");
  recording.read_only("panels", "Each panel has an address of its own: .../panels/{kind}.");
  recording.ignore({"id", "created_at", "updated_at", "version"});
  recording.refuse_unknown();
  faults.raise();
  return patch;
}

std::string to_json(const core::Recording& recording) {
  JsonWriter json;
  write(json, recording);
  return json.take();
}

std::string to_json(const core::Page<core::Recording>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens,
                   [](JsonWriter& json, const core::Recording& item) { write(json, item); });
}

}  // namespace vitrine::api

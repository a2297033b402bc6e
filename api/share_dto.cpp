#include "api/share_dto.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/link_dto.hpp"
#include "api/object_reader.hpp"
#include "api/page_json.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxText = 500;
constexpr std::size_t kMaxMetadataBytes = 16 << 10;
constexpr KeepText kKeep{.member = "metadata"};
constexpr StringRule kTitle{.max = kMaxText, .min = 1, .not_blank = true};
constexpr StringRule kLabel{.max = kMaxText, .min = 1};

constexpr std::string_view kPublic = "public";

enum class Audience { everyone };

std::optional<Audience> audience(std::string_view text) {
  return text == kPublic ? std::optional(Audience::everyone) : std::nullopt;
}

std::optional<std::string> read_metadata(const JsonDocument& document, ObjectReader& share) {
  if (share.object("metadata", Need::nullable) == nullptr) {
    return std::nullopt;
  }
  const std::string_view text = document.text_of("/metadata").value_or("");
  if (text.size() > kMaxMetadataBytes) {
    share.refuse("metadata", "out_of_range", "Must have at most 16 KiB.");
  }
  return std::string(text);
}

std::vector<std::pair<core::Flag, bool>> read_visibility(ObjectReader& share) {
  std::vector<std::pair<core::Flag, bool>> named;
  const Json* value = share.object("visibility", Need::optional);
  if (value == nullptr) {
    return named;
  }
  ObjectReader flags(*value, share.faults(), share.place().member("visibility"));
  for (const core::Flag flag : core::kFlags) {
    if (const auto on = flags.boolean(core::to_text(flag), Need::optional)) {
      named.emplace_back(flag, *on);
    }
  }
  flags.refuse_unknown();
  return named;
}

// At most one way to say when it ends; an `expires_at` of null says "never".
std::optional<core::WindowEnd> read_end(ObjectReader& share) {
  const bool never = share.names_null("expires_at");
  const auto at = share.instant("expires_at", Need::nullable);
  const auto ttl =
      share.integer("ttl_seconds", Need::optional, {.min = 1, .max = core::kMaxLifetime.count()});
  const auto preset =
      share.parsed<std::chrono::seconds>("expires_in", Need::optional, core::expires_in_preset,
                                         "one of 1h 6h 12h 1d 3d 7d 14d 30d 60d 90d 1y");
  int ways = 0;
  for (const std::string_view name : {"expires_at", "ttl_seconds", "expires_in"}) {
    if (share.find(name) != nullptr && ++ways > 1) {
      share.refuse(name, "conflicting_fields",
                   "Give only one of expires_at, ttl_seconds and expires_in.");
    }
  }
  if (never) {
    return core::Permanent{};
  }
  if (at) {
    return *at;
  }
  if (ttl) {
    return std::chrono::seconds(*ttl);
  }
  return preset ? std::optional<core::WindowEnd>(*preset) : std::nullopt;
}

// What a merge patch says about a text: nothing, that it be cleared, or its new value.
std::optional<std::optional<std::string>> read_change(ObjectReader& share, std::string_view name,
                                                      const StringRule& rule) {
  if (share.find(name) == nullptr) {
    return std::nullopt;
  }
  return std::make_optional(share.string(name, Need::nullable, rule));
}

void refuse_other_recording(ObjectReader& share,
                            const std::function<std::string()>& recording_of_share) {
  const Json* named = share.find("recording_id");
  if (named != nullptr && *named != recording_of_share()) {
    share.refuse("recording_id", "read_only_field",
                 "A share stays with its recording; create another share instead.");
  }
}

void refuse_other_audience(ObjectReader& share) {
  const Json* named = share.find("audience");
  if (named != nullptr && *named != kPublic) {
    share.refuse("audience", "read_only_field", "The audience of a share is always public.");
  }
}

void write_links(JsonWriter& json, const core::Share& share, const LinkUrls& urls) {
  json.name("links").open_array();
  for (const core::Link& link : share.links) {
    const bool alive = !share.revoked_at && core::is_alive(link, share.now);
    write_link(json, link, alive ? urls.url_of(link, share.policy) : std::nullopt);
  }
  json.close_array();
}

void write_settings(JsonWriter& json, const core::Share& share) {
  json.member("title", share.title).member("label", share.label).name("metadata");
  if (share.metadata) {
    json.raw(*share.metadata);
  } else {
    json.null();
  }
  json.member("audience", kPublic).name("visibility").open_object();
  const core::Terms terms = core::in_force(share);
  for (const core::Flag flag : core::kFlags) {
    json.member(core::to_text(flag), terms.visibility.shows(flag));
  }
  json.close_object();
}

void write(JsonWriter& json, const core::Share& share, const LinkUrls& urls) {
  json.open_object()
      .member("id", share.id.text())
      .member("recording_id", share.recording_id.text());
  write_settings(json, share);
  json.member("state", core::to_text(core::state_of(share)))
      .member("starts_at", share.granted.window.starts_at)
      .member("expires_at", core::in_force(share).window.expires_at);
  write_links(json, share, urls);
  json.member("created_at", share.created_at).name("created_by");
  if (share.created_by) {
    json.value(share.created_by->text());
  } else {
    json.null();
  }
  json.member("updated_at", share.updated_at)
      .member("disabled_at", share.disabled_at)
      .member("revoked_at", share.revoked_at)
      .member("version", share.version)
      .close_object();
}

}  // namespace

core::ShareDraft read_share_draft(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body, kKeep);
  Faults faults(document.faults());
  ObjectReader share(document.root(), faults);
  const auto recording = share.parsed<core::RecordingId>(
      "recording_id", Need::required, core::RecordingId::parse,
      "a recording's id: 1 to 128 of the characters A-Z a-z 0-9 . _ ~ : -");
  auto title = share.string("title", Need::nullable, kTitle);
  auto label = share.string("label", Need::nullable, kLabel);
  auto metadata = read_metadata(document, share);
  share.parsed<Audience>("audience", Need::optional, audience, "public");
  auto visibility = read_visibility(share);
  const core::WindowRequest window{share.instant("starts_at", Need::nullable), read_end(share)};
  share.ignore({"id", "state", "links", "created_at", "created_by", "updated_at", "disabled_at",
                "revoked_at", "version"});
  share.refuse_unknown();
  faults.raise();
  return {*recording,          std::move(title),      std::move(label),
          std::move(metadata), std::move(visibility), window};
}

core::SharePatch read_share_patch(std::string_view body,
                                  const std::function<std::string()>& recording_of_share) {
  const JsonDocument document = JsonDocument::read(body, kKeep);
  Faults faults(document.faults());
  ObjectReader share(document.root(), faults);
  core::SharePatch patch;
  patch.title = read_change(share, "title", kTitle);
  patch.label = read_change(share, "label", kLabel);
  if (share.find("metadata") != nullptr) {
    patch.metadata = std::make_optional(read_metadata(document, share));
  }
  patch.visibility = read_visibility(share);
  patch.window = {share.instant("starts_at", Need::optional), read_end(share)};
  refuse_other_recording(share, recording_of_share);
  refuse_other_audience(share);
  share.read_only("state", "Is derived; use the operations enable, disable and revoke.");
  share.ignore({"id", "links", "created_at", "created_by", "updated_at", "disabled_at",
                "revoked_at", "version"});
  share.refuse_unknown();
  faults.raise();
  return patch;
}

void require_empty(std::string_view body) {
  if (body.empty()) {
    return;
  }
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader(document.root(), faults).refuse_unknown();
  faults.raise();
}

std::optional<core::RecordingId> recording_filter(const Query& query) {
  const auto text = query.get("recording_id");
  if (!text) {
    return std::nullopt;
  }
  auto id = core::RecordingId::parse(*text);
  if (!id) {
    throw core::Error(core::ErrorCode::invalid_parameter, "recording_id must be a recording's id.");
  }
  return id;
}

std::string to_json(const core::Share& share, const LinkUrls& urls) {
  JsonWriter json;
  write(json, share, urls);
  return json.take();
}

std::string to_json(const core::Page<core::Share>& page, const PageScope& scope,
                    const PageTokens& tokens, const LinkUrls& urls) {
  return page_json(page, scope, tokens,
                   [&](JsonWriter& json, const core::Share& item) { write(json, item, urls); });
}

}  // namespace vitrine::api

#include "api/share_reader.hpp"

#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include "api/correspondence_dto.hpp"
#include "api/json_reader.hpp"
#include "api/link_dto.hpp"
#include "api/object_reader.hpp"
#include "service/core/error.hpp"
#include "service/passcodes.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxText = 500;
constexpr std::size_t kMaxMetadataBytes = 16 << 10;
constexpr KeepText kKeep{.member = "metadata"};
constexpr StringRule kTitle{.max = kMaxText, .min = 1, .not_blank = true};
constexpr StringRule kLabel{.max = kMaxText, .min = 1};

constexpr std::int64_t kMaxViews = std::numeric_limits<std::int32_t>::max();

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

std::optional<core::Audience> read_audience(ObjectReader& share) {
  return share.parsed<core::Audience>("audience", Need::optional, core::audience,
                                      "one of public, workspace");
}

std::optional<core::Tracking> read_tracking(ObjectReader& share) {
  return share.parsed<core::Tracking>("tracking", Need::optional, core::tracking,
                                      "one of none, count, identified");
}

std::optional<std::int64_t> read_max_views(ObjectReader& share) {
  return share.integer("max_views", Need::nullable, {.min = 1, .max = kMaxViews});
}

std::optional<std::string> read_passcode(ObjectReader& share) {
  auto passcode = share.string("passcode", Need::nullable);
  if (!passcode) {
    return std::nullopt;
  }
  if (auto fault = passcode_fault(*passcode)) {
    share.refuse("passcode", "out_of_range", *std::move(fault));
    return std::nullopt;
  }
  return passcode;
}

std::optional<core::Clip> read_clip(ObjectReader& share) {
  const Json* value = share.object("clip", Need::nullable);
  if (value == nullptr) {
    return std::nullopt;
  }
  ObjectReader clip(*value, share.faults(), share.place().member("clip"));
  const auto start = clip.integer("start_ms", Need::required);
  const auto end = clip.integer("end_ms", Need::required);
  clip.refuse_unknown();
  if (!start || !end) {
    return std::nullopt;
  }
  if (*end <= *start) {
    clip.refuse("end_ms", "out_of_range", "Must be after start_ms.");
  }
  return core::Clip{*start, *end};
}

// What a share shows and nobody sets.
void ignore_output(ObjectReader& share) {
  share.ignore({"id", "has_passcode", "requested", "adjusted", "blocked_by", "warnings", "opens",
                "links", "link_count", "created_at", "created_by", "updated_at", "disabled_at",
                "revoked_at", "version"});
}

void refuse_other_recording(ObjectReader& share,
                            const std::function<std::string()>& recording_of_share) {
  const Json* named = share.find("recording_id");
  if (named != nullptr && *named != recording_of_share()) {
    share.refuse("recording_id", "read_only_field",
                 "A share stays with its recording; create another share instead.");
  }
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
  const auto audience = read_audience(share);
  auto visibility = read_visibility(share);
  const core::WindowRequest window{share.instant("starts_at", Need::nullable), read_end(share)};
  const auto max_views = read_max_views(share);
  auto passcode = read_passcode(share);
  const auto clip = read_clip(share);
  const auto tracking = read_tracking(share);
  auto recipients = read_recipients(share, "recipients");
  auto correspondence = read_correspondence(share);
  const bool send_email = read_send_email(share, !recipients.empty());
  ignore_output(share);
  share.ignore({"state"});
  share.refuse_unknown();
  faults.raise();
  return {*recording,
          std::move(title),
          std::move(label),
          std::move(metadata),
          std::move(visibility),
          window,
          audience,
          tracking,
          max_views,
          std::move(passcode),
          clip,
          std::move(recipients),
          std::move(correspondence),
          send_email};
}

core::SharePatch read_share_patch(std::string_view body,
                                  const std::function<std::string()>& recording_of_share) {
  const JsonDocument document = JsonDocument::read(body, kKeep);
  Faults faults(document.faults());
  ObjectReader share(document.root(), faults);
  core::SharePatch patch;
  patch.title =
      share.change("title", [&] { return share.string("title", Need::nullable, kTitle); });
  patch.label =
      share.change("label", [&] { return share.string("label", Need::nullable, kLabel); });
  patch.metadata = share.change("metadata", [&] { return read_metadata(document, share); });
  patch.audience = read_audience(share);
  patch.visibility = read_visibility(share);
  patch.window = {share.instant("starts_at", Need::optional), read_end(share)};
  patch.max_views = share.change("max_views", [&] { return read_max_views(share); });
  patch.passcode = share.change("passcode", [&] { return read_passcode(share); });
  patch.clip = share.change("clip", [&] { return read_clip(share); });
  patch.tracking = read_tracking(share);
  patch.correspondence = read_correspondence_patch(share);
  refuse_other_recording(share, recording_of_share);
  share.read_only("state", "Is derived; use the operations enable, disable and revoke.");
  share.read_only("send_email", "Belongs to a new share; use the operation send.");
  share.read_only("recipients", "Each recipient has a link; use the operations on links.");
  ignore_output(share);
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

bool validate_only(const Query& query) {
  const std::string_view text = query.get("validate_only").value_or("false");
  if (text != "true" && text != "false") {
    throw core::Error(core::ErrorCode::invalid_parameter, "validate_only must be true or false.");
  }
  return text == "true";
}

}  // namespace vitrine::api

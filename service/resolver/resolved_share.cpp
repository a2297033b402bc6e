#include "service/resolver/resolved_share.hpp"

#include <algorithm>

#include "service/core/decision.hpp"
#include "service/resolver/download_name.hpp"

namespace vitrine {
namespace {

using store::resolve_store::Found;

// A signed URL carries whole seconds; cut off, it never outlives the link.
core::Instant media_expiry(const core::LinkFacts& facts, core::Instant latest) {
  return std::chrono::floor<std::chrono::seconds>(
      std::min(latest, core::open_until(facts).value_or(latest)));
}

// `12.5`: normal play time in seconds, with as many decimals as it needs.
std::string seconds_text(std::int64_t milliseconds) {
  std::string text = std::to_string(milliseconds / 1000);
  if (const std::int64_t rest = milliseconds % 1000; rest != 0) {
    text += '.' + std::to_string(1000 + rest).substr(1);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

bool has_time(core::MediaRole role) {
  return role == core::MediaRole::video || role == core::MediaRole::audio ||
         role == core::MediaRole::hls;
}

std::string fragment(const std::optional<core::Clip>& clip, core::MediaRole role) {
  if (!clip || !has_time(role)) {
    return "";
  }
  return "#t=" + seconds_text(clip->start_ms) + ',' + seconds_text(clip->end_ms);
}

std::vector<ResolvedMedia> signed_media(const Found& found, bool download,
                                        const media::MediaStore& media, core::Instant expires_at) {
  const std::string& title = found.share_title ? *found.share_title : found.recording_title;
  std::vector<ResolvedMedia> objects;
  for (const auto& object : found.media) {
    const auto name =
        download ? std::optional(download_name(title, object.content_type)) : std::nullopt;
    objects.push_back({object.role, object.content_type,
                       media.sign({object.key, object.content_type, name, expires_at}) +
                           fragment(found.clip, object.role),
                       expires_at});
  }
  return objects;
}

}  // namespace

core::Instant renewal(core::Instant now, core::Instant expires_at) {
  return std::max(now, now + (expires_at - now) * 4 / 5);
}

ResolvedShare resolved_share(const Found& found, const media::MediaStore& media,
                             core::Instant media_until) {
  const core::Terms terms = core::in_force(found.facts);
  const core::Instant expires_at = media_expiry(found.facts, media_until);
  const bool download = terms.visibility.shows(core::Flag::download);
  ResolvedShare share{.share_title = found.share_title,
                      .audience = terms.audience,
                      .window = terms.window,
                      .download = download,
                      .clip = found.clip,
                      .comments = {},
                      .recording_title = found.recording_title,
                      .recorded_at = found.recorded_at,
                      .duration_ms = found.duration_ms,
                      .media = signed_media(found, download, media, expires_at),
                      .panels = found.panels,
                      .rows = found.rows,
                      .session = {},
                      .renew_after = renewal(found.facts.now, expires_at)};
  if (terms.visibility.shows(core::Flag::comments)) {
    share.comments = found.comments;
  }
  return share;
}

}  // namespace vitrine

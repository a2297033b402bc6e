#include "service/core/recording.hpp"

namespace vitrine::core {

std::string_view to_text(MediaRole role) {
  switch (role) {
    case MediaRole::video:
      return "video";
    case MediaRole::audio:
      return "audio";
    case MediaRole::captions:
      return "captions";
    case MediaRole::thumbnail:
      return "thumbnail";
    case MediaRole::hls:
      return "hls";
    case MediaRole::attachment:
      return "attachment";
  }
  return "";
}

std::optional<MediaRole> media_role(std::string_view text) {
  for (const MediaRole role : {MediaRole::video, MediaRole::audio, MediaRole::captions,
                               MediaRole::thumbnail, MediaRole::hls, MediaRole::attachment}) {
    if (to_text(role) == text) {
      return role;
    }
  }
  return std::nullopt;
}

}  // namespace vitrine::core

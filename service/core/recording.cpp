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

RecordingDraft description_of(const Recording& recording) {
  return {.title = recording.title,
          .recorded_at = recording.recorded_at,
          .duration_ms = recording.duration_ms,
          .owner = recording.owner,
          .media = recording.media,
          .panels = {},
          .expires_at = recording.expires_at};
}

RecordingDraft patched(const Recording& recording, const RecordingPatch& patch) {
  RecordingDraft draft = description_of(recording);
  draft.title = patch.title.value_or(draft.title);
  draft.recorded_at = patch.recorded_at.value_or(draft.recorded_at);
  draft.duration_ms = patch.duration_ms.value_or(draft.duration_ms);
  draft.media = patch.media.value_or(draft.media);
  draft.expires_at = patch.expires_at.value_or(draft.expires_at);
  if (patch.owner && !*patch.owner) {
    draft.owner.reset();
  } else if (patch.owner) {
    const OwnerPatch& change = **patch.owner;
    Owner owner = draft.owner.value_or(Owner{});
    owner.id = change.id.value_or(owner.id);
    owner.name = change.name.value_or(owner.name);
    owner.email = change.email.value_or(owner.email);
    draft.owner = owner;
  }
  return draft;
}

}  // namespace vitrine::core

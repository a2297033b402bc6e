#include "service/core/share_change.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "service/core/error.hpp"

namespace vitrine::core {
namespace {

constexpr auto kViolation = "policy_violation";

// Keeps what `settle` finds wrong beside what was found before.
template <class Settle>
void collect(std::vector<Violation>& faults, Settle settle) {
  try {
    settle();
  } catch (const Error& error) {
    faults.insert(faults.end(), error.violations().begin(), error.violations().end());
  }
}

void raise(std::vector<Violation> faults) {
  if (!faults.empty()) {
    throw Error(std::move(faults));
  }
}

void check_audience(const std::optional<Audience>& audience, const Policy& policy,
                    std::vector<Violation>& faults) {
  if (audience == Audience::anyone && !policy.allow_public) {
    faults.push_back({"/audience", kViolation,
                      "The workspace's policy allows no public shares (allow_public): choose the "
                      "audience workspace."});
  }
}

void check_passcode(bool has_passcode, const Policy& policy, std::vector<Violation>& faults) {
  if (!has_passcode && policy.require_passcode) {
    faults.push_back({"/passcode", kViolation,
                      "The workspace's policy asks for a passcode (require_passcode): give one."});
  }
}

void check_clip(const std::optional<Clip>& clip, const Policy& policy,
                std::optional<std::int64_t> duration_ms, std::vector<Violation>& faults) {
  if (clip && duration_ms && clip->end_ms > *duration_ms) {
    faults.push_back({"/clip/end_ms", "out_of_range",
                      "The recording ends at " + std::to_string(*duration_ms) + " ms."});
  }
  if (clip && policy.require_enforced_clip) {
    faults.push_back({"/clip", kViolation,
                      "The workspace's policy asks that a clip is enforced "
                      "(require_enforced_clip), and media files cannot be cut: share a recording "
                      "that was cut before."});
  }
}

// The policy's maximum may leave nothing of a window that would be open as it was asked for.
void require_some_left(const WindowRequest& request, const Window& granted, Instant now) {
  if (granted.expires_at &&
      (*granted.expires_at <= now || *granted.expires_at <= granted.starts_at)) {
    throw Error({{request.starts_at ? "/starts_at" : "/expires_at", kViolation,
                  "Under the workspace's policy (max_ttl_seconds) the window would end before it "
                  "opens, or has ended already: choose a later start."}});
  }
}

void set_flags(Visibility& visibility, const std::vector<std::pair<Flag, bool>>& flags) {
  for (const auto& [flag, on] : flags) {
    visibility.set(flag, on);
  }
}

bool names_window(const SharePatch& patch) { return patch.window.starts_at || patch.window.end; }

// An end that is not named is not granted anew: moving the start does not prolong.
void move_window(ShareContent& content, const Share& share, const WindowRequest& request) {
  const Window before = content.granted.window;
  content.requested.window =
      settle_window(request, content.requested.window, share.policy.default_ttl, share.now);
  Window granted = clamp(content.requested, share.policy).window;
  if (!request.end && before.expires_at &&
      (!granted.expires_at || *before.expires_at < *granted.expires_at)) {
    granted.expires_at = before.expires_at;
  }
  require_some_left(request, granted, share.now);
  content.granted.window = granted;
}

void set_terms(ShareContent& content, const Share& share, const SharePatch& patch) {
  const Policy& policy = share.policy;
  content.requested.audience = patch.audience.value_or(content.requested.audience);
  content.granted.audience = patch.audience.value_or(content.granted.audience);
  set_flags(content.requested.visibility, patch.visibility);
  for (const auto& [flag, on] : patch.visibility) {
    content.granted.visibility.set(flag, on && policy.allowed_visibility.shows(flag));
  }
  if (patch.tracking) {
    content.requested.tracking = *patch.tracking;
    content.granted.tracking = std::min(*patch.tracking, policy.tracking_max);
  }
}

// Opens that are to be told from now on must be seen; what was granted before is not taken away.
void watch_opens(ShareContent& content, const Share& share, const SharePatch& patch,
                 std::vector<Violation>& faults) {
  const bool begins = content.correspondence.notify_on_open && !share.correspondence.notify_on_open;
  if (!begins && !patch.tracking) {
    return;
  }
  Terms& asked = content.requested;
  asked.tracking =
      tracking_for(content.correspondence, patch.tracking, asked.tracking, share.policy, faults);
  content.granted.tracking =
      std::max(content.granted.tracking,
               begins ? std::min(Tracking::count, share.policy.tracking_max) : Tracking::none);
}

}  // namespace

ShareContent content_of(const Share& share) {
  return {share.title,   share.label,     share.metadata, share.requested,
          share.granted, share.max_views, share.clip,     share.correspondence};
}

ShareContent settled(const ShareDraft& draft, const ShareSetting& setting) {
  const Policy& policy = setting.policy;
  std::vector<Violation> faults;
  ShareContent content{draft.title, draft.label,     draft.metadata, {},
                       {},          draft.max_views, draft.clip,     draft.correspondence};
  Terms& asked = content.requested;
  asked.audience =
      draft.audience.value_or(policy.allow_public ? Audience::anyone : Audience::workspace);
  asked.visibility = policy.default_visibility;
  set_flags(asked.visibility, draft.visibility);
  asked.tracking =
      tracking_for(draft.correspondence, draft.tracking, policy.default_tracking, policy, faults);
  require_address(draft.correspondence, setting.recording.owner_has_email, faults);
  check_audience(draft.audience, policy, faults);
  collect(faults, [&] {
    asked.window = settle_window(draft.window, std::nullopt, policy.default_ttl, setting.now);
    require_some_left(draft.window, clamp(asked, policy).window, setting.now);
  });
  check_passcode(draft.passcode.has_value(), policy, faults);
  check_clip(draft.clip, policy, setting.recording.duration_ms, faults);
  raise(std::move(faults));
  if (policy.require_recipient && draft.recipients.empty()) {
    throw Error(ErrorCode::recipient_required,
                "The workspace's policy asks that every link has a recipient: name recipients.");
  }
  content.granted = clamp(asked, policy);
  return content;
}

ShareContent patched(const Share& share, const SharePatch& patch, const RecordingFacts& recording) {
  ShareContent content = content_of(share);
  content.title = patch.title.value_or(content.title);
  content.label = patch.label.value_or(content.label);
  content.metadata = patch.metadata.value_or(content.metadata);
  content.max_views = patch.max_views.value_or(content.max_views);
  content.clip = patch.clip.value_or(content.clip);
  content.correspondence = patched(share.correspondence, patch.correspondence);
  std::vector<Violation> faults;
  set_terms(content, share, patch);
  watch_opens(content, share, patch, faults);
  if (content.correspondence != share.correspondence) {
    require_address(content.correspondence, recording.owner_has_email, faults);
  }
  check_audience(patch.audience, share.policy, faults);
  if (names_window(patch)) {
    collect(faults, [&] { move_window(content, share, patch.window); });
  }
  check_passcode(!patch.passcode || patch.passcode->has_value(), share.policy, faults);
  check_clip(patch.clip.value_or(std::nullopt), share.policy, recording.duration_ms, faults);
  raise(std::move(faults));
  return content;
}

bool is_expired(const Share& share) {
  const Window window = in_force(share).window;
  return window.expires_at && share.now >= *window.expires_at;
}

}  // namespace vitrine::core

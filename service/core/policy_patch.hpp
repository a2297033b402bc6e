#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/core/error.hpp"
#include "service/core/policy.hpp"

namespace vitrine::core {

// A change to a policy. Outer optional: named at all; inner: a value, or null to clear it.
struct PolicyPatch {
  const PolicyPreset* preset = nullptr;  // taken over first; then the members that are named
  std::optional<std::optional<std::chrono::seconds>> default_ttl = {}, max_ttl = {};
  std::optional<bool> expired_is_final = {}, allow_public = {}, require_recipient = {},
                      require_passcode = {}, disclose_state = {}, require_enforced_clip = {};
  std::vector<std::pair<Flag, bool>> default_visibility = {};  // only what was named
  std::vector<std::pair<Flag, bool>> allowed_visibility = {};
  std::optional<Tracking> default_tracking = {}, tracking_max = {};
  std::optional<std::optional<std::string>> link_url_template = {};
  std::optional<std::optional<int>> retention_days = {};
};

// What a policy becomes. A preset sets the rules and leaves what is the workspace's own: its links'
// address, and how long dead links are kept.
Policy patched(const Policy& policy, const PolicyPatch& patch);

// Whose rules a policy has: the name of a preset, "built-in", or "own".
std::string_view origin_of(const Policy& policy);

// Where a patch leaves two members of the policy `then` in contradiction: all of it, each told at
// a member that the patch names.
std::vector<Violation> contradictions(const Policy& then, const PolicyPatch& patch);

// The contradictions that a patch has in itself, whatever policy it meets.
std::vector<Violation> contradictions(const PolicyPatch& patch);

}  // namespace vitrine::core

#include "service/core/key_draft.hpp"

#include <string_view>
#include <vector>

#include "service/core/error.hpp"
#include "service/core/utf8.hpp"

namespace vitrine::core {
namespace {

constexpr std::size_t kMaxNameLength = 200;

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

bool is_readable_name(std::string_view name) {
  if (name.empty() || !is_utf8(name) || count_code_points(name) > kMaxNameLength) {
    return false;
  }
  while (const auto next = first_code_point(name)) {
    if (is_control(next->value)) {
      return false;
    }
    name.remove_prefix(next->length);
  }
  return true;
}

}  // namespace

void require_sound(const KeyDraft& draft) {
  std::vector<Violation> violations;
  if (!is_readable_name(draft.name)) {
    violations.push_back(
        {"/name", "out_of_range", "Give a name of 1 to 200 characters, none of them control."});
  }
  if (draft.scopes.empty()) {
    violations.push_back({"/scopes", "required", "Give the key at least one scope."});
  }
  if (!violations.empty()) {
    throw Error(std::move(violations));
  }
}

void require_grantable(const Scopes& asked, const Scopes& caller) {
  std::string lacking;
  for (const Scope scope : kScopes) {
    if (asked.allows(scope) && !caller.allows(scope)) {
      lacking.append(lacking.empty() ? "" : ", ").append(to_text(scope));
    }
  }
  if (!lacking.empty()) {
    throw Error(ErrorCode::forbidden, "This key lacks " + lacking + ", so it cannot grant it.");
  }
}

void require_end(const KeyDraft& draft, std::optional<Instant> end_of_maker, Instant now) {
  const char* const place = "/expires_at";
  if (draft.expires_at && *draft.expires_at <= now) {
    throw Error({{place, "out_of_range", "Must be in the future."}});
  }
  if (end_of_maker && (!draft.expires_at || *draft.expires_at > *end_of_maker)) {
    throw Error({{place, "out_of_range",
                  "A key ends no later than the one that makes it: at most " +
                      format_rfc3339(*end_of_maker) + "."}});
  }
}

}  // namespace vitrine::core

#include "service/core/scope.hpp"

namespace vitrine::core {

std::string_view to_text(Scope scope) {
  switch (scope) {
    case Scope::recordings_read:
      return "recordings:read";
    case Scope::recordings_write:
      return "recordings:write";
    case Scope::shares_read:
      return "shares:read";
    case Scope::shares_write:
      return "shares:write";
    case Scope::policy_read:
      return "policy:read";
    case Scope::policy_write:
      return "policy:write";
    case Scope::keys_admin:
      return "keys:admin";
    case Scope::events_read:
      return "events:read";
    case Scope::webhooks_read:
      return "webhooks:read";
    case Scope::webhooks_write:
      return "webhooks:write";
  }
  return "";
}

std::optional<Scope> scope_of(std::string_view text) {
  for (const Scope scope : kScopes) {
    if (to_text(scope) == text) {
      return scope;
    }
  }
  return std::nullopt;
}

}  // namespace vitrine::core

#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/ids.hpp"

namespace vitrine::core {

// What an API key may do.
enum class Scope {
  recordings_read,
  recordings_write,
  shares_read,
  shares_write,
  policy_read,
  policy_write,
  keys_admin,
  events_read,
  webhooks_read,
  webhooks_write,
};
inline constexpr std::array kScopes = {
    Scope::recordings_read, Scope::recordings_write, Scope::shares_read, Scope::shares_write,
    Scope::policy_read,     Scope::policy_write,     Scope::keys_admin,  Scope::events_read,
    Scope::webhooks_read,   Scope::webhooks_write};

std::string_view to_text(Scope scope);  // "recordings:read"
std::optional<Scope> scope_of(std::string_view text);

class Scopes {
 public:
  bool allows(Scope scope) const { return on_.test(static_cast<std::size_t>(scope)); }
  void add(Scope scope) { on_.set(static_cast<std::size_t>(scope)); }
  bool empty() const { return on_.none(); }
  bool operator==(const Scopes&) const = default;

 private:
  std::bitset<kScopes.size()> on_;
};

// Who makes a management call: the owner of an API key.
struct Principal {
  WorkspaceId workspace;
  KeyId key;
  Scopes scopes;
};

}  // namespace vitrine::core

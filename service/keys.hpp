#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/api_key.hpp"
#include "service/core/instant.hpp"
#include "service/core/scope.hpp"
#include "service/store/key_store.hpp"

namespace vitrine {

// API keys: credentials of calling programs. Blocking; thread-safe.
class Keys {
 public:
  explicit Keys(store::Pool& pool) : pool_(pool) {}

  struct Created {
    core::KeyId id;
    std::string secret;  // shown this once; the database keeps its SHA-256
  };
  Created create(const core::WorkspaceId& workspace, const std::string& name,
                 const core::Scopes& scopes, std::optional<core::Instant> expires_at);

  struct Listed {
    core::KeyId id;
    std::string name;
    core::Scopes scopes;
    core::Instant created_at;
    std::optional<core::Instant> expires_at, revoked_at;
  };
  std::vector<Listed> list(const core::WorkspaceId& workspace);

  // Dead when the call returns. Idempotent. Throws not_found.
  void revoke(const core::KeyId& id);

  // Who presents this key; nothing for a malformed, unknown, expired or revoked one. A malformed
  // key costs no query.
  std::optional<core::Principal> authenticate(std::string_view secret);

  // Writes the event of a revocation, when it is one. Whether there is such a key.
  static bool told(store::Transaction& transaction,
                   const std::optional<store::key_store::Revoked>& revoked, const core::KeyId& id);

 private:
  store::Pool& pool_;
};

}  // namespace vitrine

#pragma once

#include <optional>
#include <string>

#include "service/core/idempotency.hpp"
#include "service/core/key_draft.hpp"
#include "service/core/page.hpp"
#include "service/core/secret_box.hpp"
#include "service/keys.hpp"

namespace vitrine {

// API keys as callers make and end them, each within its own workspace and its own powers.
// Blocking; thread-safe.
class KeyAdmin {
 public:
  KeyAdmin(store::Pool& pool, const core::LinkKeys& keys);

  struct Created {
    Keys::Listed key;
    std::string secret;
  };
  // Throws forbidden for scopes that the caller lacks, and validation_failed. A repeated request
  // gets the same key with the same secret, which until then is kept sealed.
  Created create(const core::Principal& principal, const core::KeyDraft& draft,
                 const std::optional<core::IdempotencyKey>& idempotency_key);

  core::Page<Keys::Listed> list(const core::Principal& principal, const core::PageRequest& page);

  // Dead when the call returns; also the caller's own. Idempotent. Throws not_found.
  void revoke(const core::Principal& principal, const core::KeyId& id);

 private:
  store::Pool& pool_;
  core::SecretBox secrets_;
};

}  // namespace vitrine

#pragma once

#include <optional>

#include "api/call.hpp"
#include "service/core/idempotency.hpp"

namespace vitrine::api {

// The Idempotency-Key of a request, with a fingerprint of its path, query and body, from which none
// of them can be guessed. Nothing when it has none. Throws idempotency_key_invalid.
std::optional<core::IdempotencyKey> idempotency_key(const Call& call);

}  // namespace vitrine::api

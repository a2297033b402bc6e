#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/idempotency.hpp"
#include "service/core/scope.hpp"
#include "service/store/pool.hpp"

// Claims of idempotency keys, made and settled in the transaction that has the effect: both are
// there, or neither is. A claim is good for 24 hours.
namespace vitrine::store::idempotency_store {

// Nothing when the key is claimed now, by this transaction; else the result that an earlier request
// left. A request with the same key that is still running is waited for. Throws
// idempotency_key_reused when the earlier request asked for something else, and
// idempotency_in_progress when it takes too long.
std::optional<std::string> claim(Transaction& transaction, const core::Principal& principal,
                                 std::string_view operation, const core::IdempotencyKey& key);

// Leaves `result` for later requests: the id of what was made, never a token.
void settle(Transaction& transaction, const core::Principal& principal, std::string_view operation,
            const core::IdempotencyKey& key, const std::string& result);

// Removes at most so many rows that nobody can repeat any more. Gives how many went.
std::int64_t purge(Transaction& transaction, int limit);

}  // namespace vitrine::store::idempotency_store

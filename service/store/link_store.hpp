#pragma once

#include <cstdint>

#include "service/core/ids.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::link_store {

// `kid` is the number of the link key that signs the token.
void insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::ShareId& share, const core::LinkId& id, std::uint8_t kid);

// Every link of the share that is not revoked yet.
void revoke_all(Transaction& transaction, const core::WorkspaceId& workspace,
                const core::ShareId& share);

}  // namespace vitrine::store::link_store

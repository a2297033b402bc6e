#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::issuer_store {

// By what a workspace believes an issuer's viewer tokens: public keys or a sealed secret.
struct Trust {
  std::string algorithm, audience;
  std::optional<std::string> jwks, sealed_secret;
};

struct Row {
  std::string issuer;
  Trust trust;
  core::Instant created_at, updated_at;
};

enum class Put { no_such_workspace, added, replaced };

Put put(Transaction& transaction, const core::WorkspaceId& workspace, const std::string& issuer,
        const Trust& trust);

std::optional<Trust> find(Transaction& transaction, const core::WorkspaceId& workspace,
                          const std::string& issuer);

std::vector<Row> list(Transaction& transaction, const core::WorkspaceId& workspace);

// False when there is none.
bool remove(Transaction& transaction, const core::WorkspaceId& workspace,
            const std::string& issuer);

}  // namespace vitrine::store::issuer_store

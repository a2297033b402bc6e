#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::workspace_store {

struct Row {
  core::WorkspaceId id;
  std::string name;
  core::Instant created_at;
};

// Nothing when the name is taken.
std::optional<Row> insert(Transaction& transaction, const core::WorkspaceId& id,
                          const std::string& name);

std::vector<Row> list(Transaction& transaction);  // by name

}  // namespace vitrine::store::workspace_store

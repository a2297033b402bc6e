#include "service/workspaces.hpp"

#include "service/clock.hpp"
#include "service/core/error.hpp"
#include "service/store/policy_store.hpp"
#include "service/store/workspace_store.hpp"

namespace vitrine {
namespace {

constexpr std::size_t kMaxNameBytes = 200;

void require_name(const std::string& name) {
  if (name.empty() || name.size() > kMaxNameBytes) {
    throw core::Error({{"/name", "out_of_range", "Give a name of 1 to 200 bytes."}});
  }
}

}  // namespace

Workspaces::Workspace Workspaces::create(const std::string& name, const core::Policy& policy) {
  require_name(name);
  const auto row = store::in_transaction(pool_, [&](store::Transaction& transaction) {
    auto made = store::workspace_store::insert(transaction, new_id<core::WorkspaceId>(), name);
    if (made) {
      store::policy_store::insert(transaction, made->id, policy);
    }
    return made;
  });
  if (!row) {
    throw core::Error(core::ErrorCode::conflict,
                      "There is a workspace of this name already; choose another.");
  }
  return {row->id, row->name, row->created_at};
}

std::vector<Workspaces::Listed> Workspaces::list() {
  return store::single_read(pool_, [](store::Transaction& transaction) {
    std::vector<Listed> listed;
    for (auto& row : store::workspace_store::list(transaction)) {
      listed.push_back({{row.id, std::move(row.name), row.created_at},
                        store::policy_store::find(transaction, row.id).policy});
    }
    return listed;
  });
}

}  // namespace vitrine

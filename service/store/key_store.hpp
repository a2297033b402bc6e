#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/core/api_key.hpp"
#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/page.hpp"
#include "service/core/scope.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::key_store {

struct NewKey {
  core::KeyId id;
  std::string name;
  core::Sha256 digest;
  core::Scopes scopes;
  std::optional<core::Instant> expires_at;
  std::optional<core::KeyId> created_by = {};  // absent: an operator
};

struct Row {
  core::KeyId id;
  std::string name;
  core::Scopes scopes;
  core::Instant created_at;
  std::optional<core::Instant> expires_at, revoked_at;
};

// False when there is no such workspace.
bool insert(Transaction& transaction, const core::WorkspaceId& workspace, const NewKey& key);

std::vector<Row> list(Transaction& transaction, const core::WorkspaceId& workspace);

// Newest first.
core::Page<Row> page(Transaction& transaction, const core::WorkspaceId& workspace,
                     const core::PageRequest& request);

std::optional<Row> find(Transaction& transaction, const core::WorkspaceId& workspace,
                        const core::KeyId& id);

// A key that is alive and stays so until the transaction ends.
struct Living {
  std::optional<core::Instant> expires_at;
  core::Instant now;
};
std::optional<Living> lock_living(Transaction& transaction, const core::WorkspaceId& workspace,
                                  const core::KeyId& id);

struct Revoked {
  core::WorkspaceId workspace;
  bool just_now;  // false: it was revoked already, and keeps the time of that
};

// Nothing when there is no such key.
std::optional<Revoked> revoke(Transaction& transaction, const core::WorkspaceId& workspace,
                              const core::KeyId& id);

// The same in whatever workspace, for operators.
std::optional<Revoked> revoke(Transaction& transaction, const core::KeyId& id);

// Who owns the key with this digest, if it is alive by the database's clock. The one query without
// a workspace: it is how the workspace becomes known.
std::optional<core::Principal> find_living(Transaction& transaction, const core::Sha256& digest);

// Which of these keys are still alive: for those who authenticated some time ago.
std::set<core::KeyId> living(Transaction& transaction, const std::set<core::KeyId>& keys);

}  // namespace vitrine::store::key_store

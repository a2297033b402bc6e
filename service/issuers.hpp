#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/secret_box.hpp"
#include "service/viewers/issuer.hpp"
#include "service/viewers/viewer_token.hpp"

namespace vitrine {

namespace store {
class Pool;
class Transaction;
}  // namespace store

// Who may vouch for the viewers of a workspace: the products whose viewer tokens it believes. Set
// by an operator at the command line. Blocking; thread-safe.
class Issuers {
 public:
  Issuers(store::Pool& pool, const core::LinkKeys& keys);

  // Adds it, or replaces its algorithm, audience and keys; true when it replaced them. Tokens are
  // judged by the new keys from the moment the call returns. A shared secret is kept sealed. Throws
  // not_found, and validation_failed.
  bool put(const core::WorkspaceId& workspace, const viewers::Issuer& issuer);

  struct Listed {
    std::string issuer, algorithm, audience;
    core::Instant created_at, updated_at;
  };
  std::vector<Listed> list(const core::WorkspaceId& workspace);

  // From the moment the call returns, none of its tokens is good. Throws not_found.
  void remove(const core::WorkspaceId& workspace, const std::string& issuer);

  // Judges a viewer token by what the workspace knows of the issuer that it names. `now` is the
  // database's. Throws std::runtime_error when the issuer's secret was sealed by a lost key.
  viewers::ViewerCheck check(store::Transaction& transaction, const core::WorkspaceId& workspace,
                             std::string_view viewer_token, core::Instant now) const;

 private:
  store::Pool& pool_;
  core::SecretBox secrets_;
};

}  // namespace vitrine

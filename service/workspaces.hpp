#pragma once

#include <string>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/policy.hpp"

namespace vitrine {

namespace store {
class Pool;
}

// Workspaces: the tenants. Made by an operator at the command line. Blocking; thread-safe.
class Workspaces {
 public:
  explicit Workspaces(store::Pool& pool) : pool_(pool) {}

  struct Workspace {
    core::WorkspaceId id;
    std::string name;
    core::Instant created_at;
  };
  // Throws conflict when the name is taken.
  Workspace create(const std::string& name, const core::Policy& policy = {});

  struct Listed {
    Workspace workspace;
    core::Policy policy;
  };
  std::vector<Listed> list();  // by name

 private:
  store::Pool& pool_;
};

}  // namespace vitrine

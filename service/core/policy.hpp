#pragma once

#include <chrono>
#include <optional>

#include "service/core/visibility.hpp"

namespace vitrine::core {

// The rules of a workspace. What is here now is the built-in policy that every workspace has.
struct Policy {
  std::optional<std::chrono::seconds> default_lifetime = std::chrono::hours(24 * 30);
  Visibility default_visibility = [] {
    Visibility built_in;
    built_in.set(Flag::transcript, true);
    built_in.set(Flag::comments, true);
    return built_in;
  }();
};

}  // namespace vitrine::core

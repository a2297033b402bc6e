#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "service/core/share.hpp"

namespace vitrine::core {

// The most links of one share that are neither revoked nor replaced, and so the most recipients.
inline constexpr std::size_t kMaxLinks = 1000;

// A change of whom a link is for. What is not named stays as it is.
struct RecipientPatch {
  std::optional<std::optional<std::string>> name;  // inner: a value, or null to clear it
  std::optional<std::string> email;
  std::string key;  // of `email`
};

struct LinkPatch {
  // Outer optional: named at all; inner: nobody makes the link anonymous.
  std::optional<std::optional<RecipientPatch>> recipient;
  std::optional<std::int64_t> expected_version;  // from If-Match
};

struct Rotation {
  std::chrono::seconds grace{0};                 // how long the old link still works
  std::optional<std::int64_t> expected_version;  // from If-Match
};

}  // namespace vitrine::core

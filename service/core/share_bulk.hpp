#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "service/core/error.hpp"
#include "service/core/share_change.hpp"
#include "service/core/share_filter.hpp"

// Many shares in one call.
namespace vitrine::core {

inline constexpr std::size_t kMaxBulk = 1'000;

// What became of one of many: itself, or why not.
template <class Made>
using Outcome = std::variant<Made, Error>;

template <class Made>
using Outcomes = std::vector<Outcome<Made>>;

struct BulkRevocation {
  ShareFilter filter;
  bool dry_run = false;
  std::optional<std::int64_t> expected_count = {};
};

struct RevocationReport {
  std::int64_t matched;  // fitted, and were not revoked
  std::int64_t revoked;
};

}  // namespace vitrine::core

#pragma once

#include <optional>
#include <vector>

#include "service/core/instant.hpp"
#include "service/core/uuid.hpp"

namespace vitrine::core {

// In lists ordered by an end: the place of what never ends.
inline constexpr Instant kNever = Instant::max();

// Keyset pages, newest first unless a list says otherwise. `after` is the key of the last item
// already seen; in a list that is ordered by a time, `after_time` is that item's.
struct PageRequest {
  int size = 50;  // 1 to 200
  std::optional<Uuid> after;
  std::optional<Instant> after_time = {};
};

template <class Item>
struct Page {
  std::vector<Item> items;
  std::optional<Uuid> next;  // absent on the last page
  std::optional<Instant> next_time = {};
};

}  // namespace vitrine::core

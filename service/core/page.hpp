#pragma once

#include <optional>
#include <vector>

#include "service/core/uuid.hpp"

namespace vitrine::core {

// Keyset pages, newest first. `after` is the key of the last item already seen.
struct PageRequest {
  int size = 50;  // 1 to 200
  std::optional<Uuid> after;
};

template <class Item>
struct Page {
  std::vector<Item> items;
  std::optional<Uuid> next;  // absent on the last page
};

}  // namespace vitrine::core

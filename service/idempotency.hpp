#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "service/core/idempotency.hpp"
#include "service/core/scope.hpp"
#include "service/store/idempotency_store.hpp"

namespace vitrine {

// Does `make` once per idempotency key, within the running transaction. `make` gives what it made;
// `name` gives the text by which `find` finds it again when the request is repeated: an id, never a
// token. Without a key, `make` is simply done. Throws idempotency_key_reused and
// idempotency_in_progress.
template <class Make, class Name, class Find>
auto make_once(store::Transaction& transaction, const core::Principal& principal,
               std::string_view operation, const std::optional<core::IdempotencyKey>& key,
               Make make, Name name, Find find) {
  if (!key) {
    return make();
  }
  if (const auto earlier =
          store::idempotency_store::claim(transaction, principal, operation, *key)) {
    return find(*earlier);
  }
  auto made = make();
  store::idempotency_store::settle(transaction, principal, operation, *key, name(made));
  return made;
}

}  // namespace vitrine

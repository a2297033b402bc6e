#pragma once

#include "service/core/instant.hpp"
#include "service/store/pool.hpp"

namespace vitrine::store::clock_store {

// What the database's clock says as it answers, wherever a transaction began.
core::Instant now(Transaction& transaction);

}  // namespace vitrine::store::clock_store

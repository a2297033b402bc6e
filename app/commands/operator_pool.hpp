#pragma once

#include "service/store/pool.hpp"

namespace vitrine::app {

// The database for a command of an operator: one connection, and more patience than a request has.
// Needs no setting but VITRINE_DATABASE_URL. Throws ConfigError.
store::Pool operator_pool(const char* const* environment);

}  // namespace vitrine::app

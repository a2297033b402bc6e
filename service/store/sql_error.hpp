#pragma once

#include <string_view>

#include "service/core/error.hpp"

namespace vitrine::store {

// What a SQLSTATE (PostgreSQL 15, appendix A) means for a caller. `internal` is a defect of ours.
core::ErrorCode error_code_of(std::string_view sqlstate);

// Only these may be tried again, and only with the whole transaction.
bool may_retry(std::string_view sqlstate);

// The session is of no more use: it ended, is ending, or reached a server that takes no writes.
bool ends_session(std::string_view sqlstate);

// An Error with a fixed sentence, because what PostgreSQL says names tables and values.
core::Error database_error(core::ErrorCode code);

}  // namespace vitrine::store

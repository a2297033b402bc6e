#pragma once

#include <chrono>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "service/core/policy.hpp"
#include "service/core/share.hpp"
#include "service/core/visibility.hpp"

// How what shares and policies allow is kept and read. Only the stores include this.
namespace vitrine::store {

// Flags are kept as the names of those that are on.
std::string visibility_text(const core::Visibility& visibility);
core::Visibility visibility_of(const pqxx::field& field);

core::Tracking tracking_of(const pqxx::field& field);
std::chrono::seconds seconds_of(const pqxx::field& field);

// From the columns audience, visible, starts_at, expires_at and tracking.
core::Terms granted_of(const pqxx::row& row);

// From the columns clip_start_ms and clip_end_ms.
std::optional<core::Clip> clip_of(const pqxx::row& row);

}  // namespace vitrine::store

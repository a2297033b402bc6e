#pragma once

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "service/core/event.hpp"

namespace vitrine::store {

// An event of a row that has the columns of `event` under their own names. Only the stores include
// this.
core::Event event_of(const pqxx::row& row);

// `{"share.created","…"}`.
std::string types_text(const std::vector<core::EventType>& types);
const std::string& known_types_text();  // of all that this program knows

}  // namespace vitrine::store

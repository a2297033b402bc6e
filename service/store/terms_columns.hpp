#pragma once

#include <pqxx/pqxx>
#include <string>

#include "service/core/visibility.hpp"

// How flags are kept: the names of those that are on. Only the stores include this.
namespace vitrine::store {

std::string visibility_text(const core::Visibility& visibility);
core::Visibility visibility_of(const pqxx::field& field);

}  // namespace vitrine::store

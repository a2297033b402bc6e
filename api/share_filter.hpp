#pragma once

#include <string>

#include "api/object_reader.hpp"
#include "api/query.hpp"
#include "service/core/share_filter.hpp"

// Which shares are meant, as callers say it: in a query, or in a document.
namespace vitrine::api {

// Throws invalid_parameter with a sentence.
core::ShareFilter read_share_filter(const Query& query);

// The same as text, equal only for the same filter: what page tokens are bound to.
std::string share_filter_text(const Query& query);

// The members of an object that have the names of the parameters. Adds what is wrong to the faults.
core::ShareFilter read_share_filter(ObjectReader& object);

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

namespace vitrine::api {

// POST /v1/resolve: what a link opens, for whoever holds it. A token that is not genuine is refused
// here, without a question to the database.
void resolve_link(const Call& call, const Done& done, const Failed& failed);

}  // namespace vitrine::api

#pragma once

#include "api/call.hpp"

namespace vitrine::api {

// Begins on a database thread; a caller that waits for events holds none.
void list_events(const Call& call, const Done& done, const Failed& failed);

}  // namespace vitrine::api
